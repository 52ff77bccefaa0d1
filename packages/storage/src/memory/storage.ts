import {
  type Change,
  type CommitResult,
  nowSeconds,
  StorageError,
  systemClock,
} from '@grantd/domain'
import type { OpenedStorage, StorageOptions } from '../options.ts'
import { applyChange } from './apply.ts'
import { countRows } from './count.ts'
import { due, idOf, newestFirst, paged, values } from './pages.ts'
import { countExpired, purge } from './purge.ts'
import { memorySnapshot } from './snapshot.ts'
import { identityKey, MemoryState } from './state.ts'
import { auditStore, outboxStore } from './trail-stores.ts'

const COMMITTED: CommitResult = Object.freeze({ outcome: 'committed' })

/** A storage that forgets everything when it is closed; for tests and for trying things out. */
export function openMemory(options: StorageOptions): OpenedStorage {
  const { clock = systemClock } = options
  const state = new MemoryState()
  let isOpen = true
  let units = 0
  const requireOpen = () => {
    if (!isOpen) throw new StorageError('unavailable', { message: 'the storage is closed' })
  }

  return {
    migrations: { applied: [], version: undefined },
    statistics: () => ({ units, batches: units }),
    commit: async (changes) => {
      requireOpen()
      units++
      return applyUnit(state, changes)
    },
    clients: {
      find: async (id) => state.clients.get(id),
      list: async (page) => {
        const after = page.after === undefined ? undefined : state.clients.get(page.after)
        const rows = values(state.clients.filter(() => true))
        const cursor = after === undefined ? page : { ...page, after: after.rowId }
        return paged(rows, cursor, (client) => client.rowId)
      },
    },
    users: {
      find: async (id) => state.users.get(id),
      findByLogin: async (key) => {
        const byName = state.users.filter((user) => user.usernameKey === key)
        const found = byName[0] ?? state.users.filter((user) => user.emailKey === key)[0]
        return found?.[1]
      },
      list: async (page) => paged(values(state.users.filter(() => true)), page, idOf),
      countAdmins: async () =>
        state.users.filter((user) => user.role === 'admin' && user.isEnabled).length,
    },
    sessions: {
      find: async (id) => state.sessions.get(id),
      listByUser: async (userId) =>
        newestFirst(values(state.sessions.filter((session) => session.userId === userId)), idOf),
    },
    consents: {
      find: async (userId, clientId) =>
        values(
          state.consents.filter((row) => row.userId === userId && row.clientId === clientId),
        )[0],
      listByUser: async (userId) =>
        newestFirst(values(state.consents.filter((consent) => consent.userId === userId)), idOf),
    },
    codes: { find: async (id) => state.codes.get(id) },
    families: {
      find: async (id) => state.families.get(id),
      listByUser: async (userId) => {
        const now = nowSeconds(clock)
        const live = state.families.filter(
          (row) => row.userId === userId && row.revokedAt === undefined && row.expiresAt > now,
        )
        return newestFirst(values(live), idOf)
      },
      listBySession: async (sessionId) =>
        newestFirst(values(state.families.filter((row) => row.sessionId === sessionId)), idOf),
    },
    tokens: {
      find: async (id) => {
        const token = state.tokens.get(id)
        if (token === undefined) return undefined
        const family = state.families.get(token.familyId ?? '')
        const user = state.users.get(token.userId ?? '')
        return Object.freeze({
          token,
          isFamilyRevoked:
            token.familyId !== undefined &&
            (family === undefined || family.revokedAt !== undefined),
          isUserActive: token.userId === undefined || user?.isEnabled === true,
          username: user?.username,
        })
      },
    },
    refreshTokens: {
      find: async (id) => {
        const refreshToken = state.refreshTokens.get(id)
        const family = state.families.get(refreshToken?.familyId ?? '')
        if (refreshToken === undefined || family === undefined) return undefined
        return Object.freeze({ refreshToken, family })
      },
    },
    keys: {
      list: async () =>
        values(state.keys.filter(() => true)).sort(
          (a, b) => b.createdAt - a.createdAt || (a.kid < b.kid ? 1 : -1),
        ),
    },
    throttles: { find: async (key) => state.throttles.get(key) },
    initialAccessTokens: { find: async (id) => state.initialAccessTokens.get(id) },
    setupLinks: { find: async (id) => state.setupLinks.get(id) },
    logoutDeliveries: {
      listDue: async (at, limit) =>
        due(values(state.logoutDeliveries.filter(() => true)), at, limit),
    },
    passkeys: {
      find: async (credentialId) => state.passkeys.get(credentialId),
      listByUser: async (userId) =>
        newestFirst(values(state.passkeys.filter((row) => row.userId === userId)), idOf),
    },
    totp: { find: async (userId) => state.totp.get(userId) },
    recoveryCodes: {
      listByUser: async (userId) =>
        newestFirst(values(state.recoveryCodes.filter((row) => row.userId === userId)), idOf),
    },
    identities: {
      find: async (provider, subject) => state.identities.get(identityKey(provider, subject)),
      listByUser: async (userId) =>
        newestFirst(values(state.identities.filter((row) => row.userId === userId)), idOf),
    },
    tickets: { find: async (id) => state.tickets.get(id) },
    mails: { listDue: async (at, limit) => due(values(state.mails.filter(() => true)), at, limit) },
    notes: { find: async (name) => state.notes.get(name)?.text },
    denylist: {
      find: async (kind, value) =>
        values(state.denylist.filter((row) => row.kind === kind && row.value === value))[0],
      list: async (page) => paged(values(state.denylist.filter(() => true)), page, idOf),
    },
    audit: auditStore(state),
    outbox: outboxStore(state),
    versions: async () => state.versions,
    count: async (kind, slice) => countRows(state, kind, slice),
    purgeExpired: async (at, limit) => purge(state, at, limit),
    countExpired: async (at) => countExpired(state, at),
    snapshot: async () => memorySnapshot(state),
    erase: async () => {
      requireOpen()
      state.erase()
    },
    ping: async () => requireOpen(),
    close: async () => {
      isOpen = false
    },
  }
}

function applyUnit(state: MemoryState, changes: readonly Change[]): CommitResult {
  state.outbox.compact()
  state.journal.begin()
  try {
    const lost = changes.findIndex((change) => !applyChange(state, change))
    if (lost === -1) return COMMITTED
    state.journal.rollback()
    return Object.freeze({ outcome: 'refused', index: lost })
  } catch (error) {
    state.journal.rollback()
    throw error
  }
}
