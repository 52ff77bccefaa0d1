import { type Change, type UserId, unreachable } from '@grantd/domain'
import { insert, updateIf } from './apply.ts'
import { identityKey, type MemoryState } from './state.ts'

export type PeopleChange = Extract<
  Change,
  {
    kind:
      | 'user.delete'
      | `passkey.${string}`
      | `totp.${string}`
      | `recoveryCode.${string}`
      | `identity.${string}`
      | `ticket.${string}`
      | `mail.${string}`
  }
>

const PEOPLE = /^(?:user\.delete|(?:passkey|totp|recoveryCode|identity|ticket|mail)\.)/

export function isPeopleChange(change: Change): change is PeopleChange {
  return PEOPLE.test(change.kind)
}

/** Changes of factors, linked logins, tickets and outgoing mail. */
export function applyToPeople(state: MemoryState, change: PeopleChange): boolean {
  switch (change.kind) {
    case 'user.delete':
      return deleteUser(state, change)
    case 'passkey.insert':
      return insert(state.passkeys, change.passkey.credentialId, change.passkey)
    case 'passkey.used':
    case 'passkey.rename':
    case 'passkey.delete':
      return applyToPasskey(state, change)
    case 'totp.insert': {
      if (state.totp.get(change.seed.userId) !== undefined) return false
      return insert(state.totp, change.seed.userId, change.seed)
    }
    case 'totp.accept':
      return updateIf(
        state.totp,
        change.userId,
        (seed) => seed.lastStep < change.step,
        (seed) => ({ ...seed, lastStep: change.step }),
      )
    case 'totp.delete':
      return state.totp.delete(change.userId)
    case 'recoveryCode.insert':
      return insert(state.recoveryCodes, change.code.id, change.code)
    case 'recoveryCode.clear':
      state.recoveryCodes.deleteAll((code) => code.userId === change.userId)
      return true
    case 'recoveryCode.use':
      return updateIf(
        state.recoveryCodes,
        change.id,
        (code) => code.usedAt === undefined,
        (code) => ({ ...code, usedAt: change.at }),
      )
    case 'identity.insert':
    case 'identity.used':
    case 'identity.delete':
      return applyToIdentity(state, change)
    case 'ticket.insert':
      return insert(state.tickets, change.ticket.id, change.ticket)
    case 'ticket.use':
      return updateIf(
        state.tickets,
        change.id,
        ({ purpose, usedAt, expiresAt }) =>
          purpose === change.purpose && usedAt === undefined && expiresAt > change.at,
        (ticket) => ({ ...ticket, usedAt: change.at }),
      )
    case 'mail.insert':
      return insert(state.mails, change.mail.id, change.mail)
    case 'mail.claim': {
      const { attempts, nextAttemptAt } = change
      return updateIf(
        state.mails,
        change.id,
        (mail) => mail.attempts === attempts,
        (mail) => ({ ...mail, attempts: attempts + 1, nextAttemptAt }),
      )
    }
    case 'mail.failed':
      updateIf(
        state.mails,
        change.id,
        () => true,
        (mail) => ({ ...mail, lastError: change.error }),
      )
      return true
    case 'mail.delete':
      state.mails.delete(change.id)
      return true
    default:
      return unreachable(change)
  }
}

type PasskeyChange = Extract<Change, { kind: 'passkey.used' | 'passkey.rename' | 'passkey.delete' }>

function applyToPasskey(state: MemoryState, change: PasskeyChange): boolean {
  const [found] = state.passkeys.filter((passkey) => passkey.id === change.id)
  if (found === undefined) return false
  const [key, passkey] = found
  if (change.kind === 'passkey.used') {
    if (passkey.counter !== change.counterSeen) return false
    const { counter, isBackedUp, at: lastUsedAt } = change
    state.passkeys.put(key, { ...passkey, counter, isBackedUp, lastUsedAt })
    return true
  }
  if (passkey.userId !== change.userId) return false
  if (change.kind === 'passkey.delete') return state.passkeys.delete(key)
  state.passkeys.put(key, { ...passkey, name: change.name })
  return true
}

type IdentityChange = Extract<Change, { kind: `identity.${string}` }>

function applyToIdentity({ identities }: MemoryState, change: IdentityChange): boolean {
  if (change.kind === 'identity.insert') {
    const { identity } = change
    const key = identityKey(identity.provider, identity.subject)
    return identities.get(key) === undefined && insert(identities, key, identity)
  }
  const { id, userId } = change
  const [found] = identities.filter((row) => row.id === id && row.userId === userId)
  if (found === undefined) return false
  const [key, identity] = found
  if (change.kind === 'identity.delete') return identities.delete(key)
  const { email, name, at: lastUsedAt } = change
  identities.put(key, { ...identity, email, name, lastUsedAt })
  return true
}

function deleteUser(
  state: MemoryState,
  { userId, at }: Extract<Change, { kind: 'user.delete' }>,
): boolean {
  if (!state.users.delete(userId)) return false
  const isTheirs = (row: { readonly userId: UserId | undefined }) => row.userId === userId
  state.passkeys.deleteAll(isTheirs)
  state.totp.deleteAll(isTheirs)
  state.recoveryCodes.deleteAll(isTheirs)
  state.identities.deleteAll(isTheirs)
  state.tickets.deleteAll(isTheirs)
  state.sessions.deleteAll(isTheirs)
  state.consents.deleteAll(isTheirs)
  state.families.updateAll(
    (family) => isTheirs(family) && family.revokedAt === undefined,
    (family) => ({ ...family, revokedAt: at }),
  )
  return true
}
