import type { TimeOrderedId } from './ids.ts'
import { parseId } from './ids.ts'
import type { Random } from './random.ts'
import { hashSecret, type SecretHash } from './secret.ts'

/**
 * Opaque credentials are `<prefix><id>.<secret>`: found by id, proven by the SHA-256 of the secret.
 * The prefix names the type, so one kind can never be spent as another (CVE-2025-12421) and a leak
 * can be searched for.
 */
export const PREFIX = {
  authorizationCode: 'gac_',
  accessToken: 'at_',
  refreshToken: 'grt_',
  session: 'gse_',
  initialAccessToken: 'gia_',
  setupLink: 'gsl_',
  registrationAccessToken: 'grat_',
  clientSecret: 'gcs_',
  signUp: 'gsu_',
  verifyEmail: 'gve_',
  changeEmail: 'gce_',
  resetPassword: 'grp_',
  pendingLogin: 'gpl_',
  pendingUpstreamLogin: 'gpu_',
} as const

export type CredentialPrefix = (typeof PREFIX)[keyof typeof PREFIX]

export interface MintedCredential {
  /** The text for its holder; never stored. */
  readonly value: string
  readonly secretHash: SecretHash
}

export interface PresentedCredential<Id> {
  readonly id: Id
  readonly secretHash: SecretHash
}

const SECRET_BYTES = 32
const SECRET_SHAPE = /^[A-Za-z0-9_-]{43}$/
const ID_LENGTH = 22

export function mintCredential(
  prefix: CredentialPrefix,
  id: TimeOrderedId<string>,
  random: Random,
): MintedCredential {
  const secret = random.base64url(SECRET_BYTES)
  return { value: `${prefix}${id}.${secret}`, secretHash: hashSecret(secret) }
}

/** `undefined` for anything but exactly the form that `mintCredential` gives out. */
export function parseCredential<Id extends TimeOrderedId<string>>(
  prefix: CredentialPrefix,
  text: string,
): PresentedCredential<Id> | undefined {
  const dot = prefix.length + ID_LENGTH
  if (!text.startsWith(prefix) || text.charCodeAt(dot) !== 0x2e) return undefined
  const id = parseId<Id>(text.slice(prefix.length, dot))
  const secret = text.slice(dot + 1)
  // The secret's text is hashed, not its decoded bytes: base64url has several texts for some bytes.
  if (id === undefined || !SECRET_SHAPE.test(secret)) return undefined
  return { id, secretHash: hashSecret(secret) }
}
