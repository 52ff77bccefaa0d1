import {
  type Change,
  nowSeconds,
  type Passkey,
  type PasskeyQuestion,
  type ProvenPasskey,
  restoreEpoch,
  type Storage,
  type UserId,
} from '@grantd/domain'
import type { Services } from '../services.ts'

export const MAX_PASSKEYS = 20
export const MAX_PASSKEY_NAME = 60

type PasskeyPorts = Pick<Services, 'storage' | 'clock' | 'forms' | 'passkeyChecks'>

export type PasskeyUse = 'passkey.sign_in' | 'passkey.second_factor' | 'passkey.register'

/**
 * A challenge is a form token: bound to the browser and to what it is for, and nothing is stored
 * until it is answered; then its nonce is used up (WebAuthn Level 3 §13.4.3).
 */
export function passkeyChallenge(
  use: PasskeyUse,
  binding: string,
  services: Pick<Services, 'forms'>,
): string {
  return services.forms.issue(use, binding)
}

/** The guard that uses up the challenge; `undefined` when it is not ours or too old. */
export async function challengeGuard(
  use: PasskeyUse,
  binding: string,
  challenge: string,
  services: Pick<Services, 'forms' | 'clock'> & { readonly storage: Pick<Storage, 'notes'> },
): Promise<Change | undefined> {
  const checked = services.forms.check(challenge, use, binding)
  if (checked.verdict !== 'valid') return undefined
  // A restore has forgotten which challenges were answered before it.
  if (checked.issuedAt < (await restoreEpoch(services.storage))) return undefined
  const expiresAt = (nowSeconds(services.clock) + 3_600) as ReturnType<typeof nowSeconds>
  return { kind: 'once.use', purpose: use, id: checked.nonce, expiresAt }
}

export function askForPasskey(
  use: 'passkey.sign_in' | 'passkey.second_factor',
  binding: string,
  allowed: readonly Passkey[],
  services: Pick<Services, 'forms' | 'passkeyChecks'>,
): Promise<PasskeyQuestion> {
  return services.passkeyChecks.signIn({
    challenge: passkeyChallenge(use, binding, services),
    allowed,
    // Alone it must be two factors: the device, and its owner's PIN, finger or face.
    verification: use === 'passkey.sign_in' ? 'required' : 'preferred',
  })
}

export interface AnsweredPasskey extends ProvenPasskey {
  readonly passkey: Passkey
  /** RFC 8176: where the key lives, and whether its owner was checked. */
  readonly methods: readonly string[]
  readonly guards: readonly [Change, ...Change[]]
}

/** Checks a browser's answer; `undefined` unless a stored passkey (of `owner`, when given) signed it. */
export async function checkPasskey(
  attempt: {
    readonly answer: string | undefined
    readonly use: 'passkey.sign_in' | 'passkey.second_factor'
    readonly binding: string
    readonly owner?: UserId
  },
  services: PasskeyPorts,
): Promise<AnsweredPasskey | undefined> {
  const answer = parseAnswer(attempt.answer)
  const read = services.passkeyChecks.read(answer)
  if (read === undefined) return undefined
  const once = await challengeGuard(attempt.use, attempt.binding, read.challenge, services)
  const passkey = await services.storage.passkeys.find(read.credentialId)
  if (once === undefined || passkey === undefined) return undefined
  if (attempt.owner !== undefined && passkey.userId !== attempt.owner) return undefined
  const verification = attempt.use === 'passkey.sign_in' ? 'required' : 'preferred'
  const proven = await services.passkeyChecks.checkSignIn(
    answer,
    read.challenge,
    passkey,
    verification,
  )
  if (proven === undefined) return undefined
  const used: Change = {
    kind: 'passkey.used',
    id: passkey.id,
    counterSeen: passkey.counter,
    counter: proven.counter,
    isBackedUp: proven.isBackedUp,
    at: nowSeconds(services.clock),
  }
  const methods = [proven.isBackedUp ? 'swk' : 'hwk', ...(proven.isUserVerified ? ['user'] : [])]
  return { ...proven, passkey, methods, guards: [once, used] }
}

export function parseAnswer(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}
