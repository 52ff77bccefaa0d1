import { type Change, type ClientId, StorageError, type User, unreachable } from '@grantd/domain'
import { insert, updateIf } from './apply.ts'
import type { MemoryState } from './state.ts'

type AccountChange = Extract<
  Change,
  {
    kind:
      | `client.${string}`
      | 'user.insert'
      | 'user.update'
      | 'user.requireActive'
      | `session.${string}`
      | `consent.${string}`
  }
>

/** Changes of who is known here: clients, users, their sessions and consents. */
export function applyToAccount(state: MemoryState, change: AccountChange): boolean {
  switch (change.kind) {
    case 'client.insert': {
      const { rowId } = change.client
      state.bump('clients')
      if (state.clients.filter((client) => client.rowId === rowId).length > 0) {
        throw new StorageError('conflict')
      }
      return insert(state.clients, change.client.id, change.client)
    }
    case 'client.update':
      state.bump('clients')
      return updateIf(
        state.clients,
        change.client.id,
        (client) => client.version === change.client.version - 1,
        ({ rowId, createdAt }) => ({ ...change.client, rowId, createdAt }),
      )
    case 'client.delete':
      state.bump('clients')
      return deleteClient(state, change.clientId)
    case 'client.requireEnabled':
      return state.clients.get(change.id)?.isEnabled === true
    case 'user.insert':
      requireUniqueLogin(state, change.user)
      return insert(state.users, change.user.id, change.user)
    case 'user.update': {
      const { user } = change
      if (state.users.get(user.id)?.version !== user.version - 1) return false
      requireUniqueLogin(state, user)
      return updateIf(
        state.users,
        user.id,
        () => true,
        ({ createdAt }) => ({ ...user, createdAt }),
      )
    }
    case 'user.requireActive':
      return state.users.get(change.id)?.isEnabled === true
    case 'session.insert':
      return insert(state.sessions, change.session.id, change.session)
    case 'session.touch':
      updateIf(
        state.sessions,
        change.id,
        (session) => session.revokedAt === undefined && session.lastSeenAt < change.at,
        (session) => ({ ...session, lastSeenAt: change.at, ip: change.ip ?? session.ip }),
      )
      return true
    case 'session.revoke':
      return updateIf(
        state.sessions,
        change.id,
        (session) => session.revokedAt === undefined,
        (session) => ({ ...session, revokedAt: change.at }),
      )
    case 'session.requireLive': {
      const session = state.sessions.get(change.id)
      return session !== undefined && session.revokedAt === undefined
    }
    case 'session.revokeByUser':
      state.sessions.updateAll(
        (session) =>
          session.userId === change.userId &&
          session.id !== change.except &&
          session.revokedAt === undefined,
        (session) => ({ ...session, revokedAt: change.at }),
      )
      return true
    case 'consent.put': {
      const { id, userId, clientId } = change.consent
      state.consents.deleteAll((old) => old.userId === userId && old.clientId === clientId)
      return insert(state.consents, id, change.consent)
    }
    case 'consent.delete':
      return state.consents.delete(change.id)
    default:
      return unreachable(change)
  }
}

function deleteClient(state: MemoryState, clientId: ClientId): boolean {
  if (!state.clients.delete(clientId)) return false
  const isItsOwn = (row: { readonly clientId: ClientId }) => row.clientId === clientId
  state.codes.deleteAll(isItsOwn)
  state.families.deleteAll(isItsOwn)
  state.refreshTokens.deleteAll(isItsOwn)
  state.tokens.deleteAll(isItsOwn)
  state.consents.deleteAll(isItsOwn)
  return true
}

function requireUniqueLogin(state: MemoryState, user: User): void {
  const twins = state.users.filter(
    (other) =>
      other.id !== user.id &&
      (other.usernameKey === user.usernameKey ||
        (user.emailKey !== undefined && other.emailKey === user.emailKey)),
  )
  if (twins.length > 0) throw new StorageError('conflict')
}
