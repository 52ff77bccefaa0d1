import { nowSeconds, type Passkey, type PasskeyId, parseId, StorageError } from '@grantd/domain'
import { auditChange } from '../audit.ts'
import { factorsOf } from '../evidence/evidence.ts'
import {
  challengeGuard,
  MAX_PASSKEY_NAME,
  MAX_PASSKEYS,
  parseAnswer,
  passkeyChallenge,
} from '../factors/passkeys.ts'
import { newRecoveryCodes } from '../factors/recovery-codes.ts'
import { formFields } from '../form-fields.ts'
import { keepsAWayIn, onlyWayIn } from '../identities/ways-in.ts'
import type { Params } from '../params.ts'
import {
  accountCsrf,
  accountForm,
  backToConsole,
  sensitiveForm,
  sensitivePage,
} from './account-action.ts'
import { changeCredentials } from './change-account.ts'

const PATH = '/profile/passkeys'

export const passkeyPage = sensitivePage({
  id: 'account.passkey.form',
  path: PATH,
  summary: 'Asks the browser for a new passkey.',
  async show(_input, proof, services) {
    const { user, session } = proof
    const known = await services.storage.passkeys.listByUser(user.id)
    if (known.length >= MAX_PASSKEYS) return backToConsole('too_many_passkeys')
    const question = await services.passkeyChecks.registration({
      userHandle: user.id,
      username: user.username,
      challenge: passkeyChallenge('passkey.register', session.id, services),
      known,
    })
    return {
      kind: 'page',
      status: 200,
      page: {
        page: 'passkey',
        csrf: accountCsrf(PATH, proof, services),
        question: JSON.stringify(question),
        count: known.length,
      },
    }
  },
})

export const passkeySubmit = sensitiveForm({
  id: 'account.passkey.submit',
  path: PATH,
  page: PATH,
  summary: 'Adds a passkey.',
  parameters: formFields('csrf', 'credential', 'name?'),
  async act({ params, request }, proof, services) {
    const { user, session } = proof
    const answer = parseAnswer(params.get('credential'))
    const challenge = services.passkeyChecks.read(answer)?.challenge
    const once =
      challenge === undefined
        ? undefined
        : await challengeGuard('passkey.register', session.id, challenge, services)
    const made =
      once === undefined || challenge === undefined
        ? undefined
        : await services.passkeyChecks.checkRegistration(answer, challenge)
    if (made === undefined || once === undefined) return backToConsole('passkey_refused')
    const passkey: Passkey = {
      id: services.ids.next<PasskeyId>(),
      credentialId: made.credentialId,
      userId: user.id,
      publicKey: made.publicKey,
      counter: made.counter,
      transports: made.transports.slice(0, 8),
      name: nameOf(params),
      isBackedUp: made.isBackedUp,
      createdAt: nowSeconds(services.clock),
      lastUsedAt: undefined,
    }
    // The first second factor of an account comes with a way back in.
    const { isProtected } = await factorsOf(user, services)
    const recovery = isProtected ? undefined : newRecoveryCodes(user, services)
    try {
      const isDone = await changeCredentials(
        proof,
        {
          action: 'passkey.added',
          letter: 'passkey_added',
          changes: [once, { kind: 'passkey.insert', passkey }, ...(recovery?.changes ?? [])],
          ip: request.ip,
          metadata: { name: passkey.name },
        },
        services,
      )
      if (!isDone) return backToConsole('again')
    } catch (error) {
      if (error instanceof StorageError && error.kind === 'conflict')
        return backToConsole('passkey_refused')
      throw error
    }
    if (recovery === undefined) return backToConsole('passkey')
    const wayOn = '/profile?done=passkey'
    return {
      kind: 'page',
      status: 200,
      page: { page: 'recovery_codes', codes: recovery.codes, wayOn },
    }
  },
})

export const passkeyRename = accountForm({
  id: 'account.passkey.rename',
  path: '/profile/passkeys/rename',
  page: '/profile',
  summary: 'Gives a passkey another name.',
  parameters: formFields('csrf', 'passkey', 'name?'),
  async act({ params, request }, { user, session }, services) {
    const id = idOf(params)
    if (id === undefined) return backToConsole('again')
    const name = nameOf(params)
    const about = { actor: user.id, targetKind: 'user', targetId: user.id, ip: request.ip } as const
    const result = await services.storage.commit([
      { kind: 'session.requireLive', id: session.id },
      { kind: 'passkey.rename', id, userId: user.id, name },
      auditChange({ action: 'passkey.renamed', ...about, metadata: { name } }, services),
    ])
    return backToConsole(result.outcome === 'committed' ? 'passkey_renamed' : 'again')
  },
})

export const passkeyRemove = sensitiveForm({
  id: 'account.passkey.remove',
  path: '/profile/passkeys/remove',
  page: '/profile',
  summary: 'Removes a passkey.',
  parameters: formFields('csrf', 'passkey'),
  async act({ params, request }, proof, services) {
    const id = idOf(params)
    if (id === undefined) return backToConsole('again')
    const { user } = proof
    if ((await onlyWayIn(user, services)) === id) return backToConsole('last_way_in')
    const { hasTotp } = await factorsOf(user, services)
    const others = (await services.storage.passkeys.listByUser(user.id)).filter(
      (passkey) => passkey.id !== id,
    )
    const isLast = !hasTotp && others.length === 0
    const isDone = await changeCredentials(
      proof,
      {
        action: 'passkey.removed',
        letter: 'passkey_removed',
        changes: [
          { kind: 'passkey.delete', id, userId: user.id },
          ...keepsAWayIn(user, services),
          // Without a second factor there is nothing left to recover.
          ...(isLast ? [{ kind: 'recoveryCode.clear', userId: user.id } as const] : []),
        ],
        ip: request.ip,
      },
      services,
    )
    return backToConsole(isDone ? 'passkey_removed' : 'again')
  },
})

function idOf(params: Params): PasskeyId | undefined {
  return parseId<PasskeyId>(params.get('passkey') ?? '')
}

function nameOf(params: Params): string {
  const name = params
    .get('name')
    ?.replace(/\p{Cc}/gu, ' ')
    .trim()
    .slice(0, MAX_PASSKEY_NAME)
  return name === undefined || name === '' ? 'Passkey' : name
}
