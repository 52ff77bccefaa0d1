import { type Change, type Denial, hasScope, StorageError, unreachable } from '@grantd/domain'
import { applyToAccount } from './apply-account.ts'
import { applyToPeople, isPeopleChange } from './apply-people.ts'
import { applyToTrail, isTrailChange } from './apply-trail.ts'
import type { MemoryState } from './state.ts'
import type { Table } from './table.ts'

/** `false` when the change's guard is lost. Throws StorageError `conflict`. */
export function applyChange(state: MemoryState, change: Change): boolean {
  if (isPeopleChange(change)) return applyToPeople(state, change)
  if (isTrailChange(change)) return applyToTrail(state, change)
  switch (change.kind) {
    case 'client.insert':
    case 'client.update':
    case 'client.delete':
    case 'client.requireEnabled':
    case 'user.insert':
    case 'user.update':
    case 'user.requireActive':
    case 'session.insert':
    case 'session.touch':
    case 'session.revoke':
    case 'session.requireLive':
    case 'session.revokeByUser':
    case 'consent.put':
    case 'consent.delete':
      return applyToAccount(state, change)
    case 'code.insert':
      return insert(state.codes, change.code.id, change.code)
    case 'code.consume':
    case 'code.burn': {
      const isOpen = (at: number) => change.kind === 'code.burn' || at > change.at
      return updateIf(
        state.codes,
        change.id,
        (code) => code.usedAt === undefined && isOpen(code.expiresAt),
        (code) => ({ ...code, usedAt: change.at }),
      )
    }
    case 'code.burnByUserAndClient':
      state.codes.updateAll(
        (code) =>
          code.userId === change.userId &&
          code.clientId === change.clientId &&
          code.createdAt >= change.since &&
          code.usedAt === undefined,
        (code) => ({ ...code, usedAt: change.at }),
      )
      return true
    case 'family.insert':
      return insert(state.families, change.family.id, change.family)
    case 'family.requireLive': {
      const family = state.families.get(change.id)
      return family !== undefined && family.revokedAt === undefined
    }
    case 'family.moveSession':
      state.families.updateAll(
        (family) => family.sessionId === change.from,
        (family) => ({ ...family, sessionId: change.to }),
      )
      return true
    case 'family.revoke':
    case 'family.revokeByUser':
    case 'family.revokeBySession':
    case 'family.revokeByUserAndClient':
      return revokeFamilies(state, change)
    case 'token.insert':
      return insert(state.tokens, change.token.id, change.token)
    case 'token.revoke': {
      const revoked = { revokedAt: change.at }
      const isLive = (token: { revokedAt: unknown }) => token.revokedAt === undefined
      updateIf(state.tokens, change.id, isLive, (token) => ({ ...token, ...revoked }))
      return true
    }
    case 'refresh.insert':
      return insert(state.refreshTokens, change.refreshToken.id, change.refreshToken)
    case 'refresh.rotate': {
      const { at: usedAt, successorSealed } = change
      return updateIf(
        state.refreshTokens,
        change.id,
        (token) => token.usedAt === undefined,
        (token) => ({ ...token, usedAt, successorSealed }),
      )
    }
    case 'refresh.useGrace':
      return updateIf(
        state.refreshTokens,
        change.id,
        ({ usedAt, graceUses }) =>
          usedAt !== undefined && usedAt >= change.usedSince && graceUses < change.maxUses,
        (token) => ({ ...token, graceUses: token.graceUses + 1 }),
      )
    case 'key.insert':
      state.bump('keys')
      return insert(state.keys, change.key.kid, change.key)
    case 'key.transition':
      state.bump('keys')
      return updateIf(
        state.keys,
        change.kid,
        (key) => key.state === change.from,
        (key) => ({ ...key, state: change.to, stateChangedAt: change.at }),
      )
    case 'once.use': {
      const key = JSON.stringify([change.purpose, change.id])
      if (state.usedOnce.get(key) !== undefined) return false
      state.usedOnce.put(key, { expiresAt: change.expiresAt })
      return true
    }
    case 'initialAccessToken.insert':
      return insert(state.initialAccessTokens, change.token.id, change.token)
    case 'initialAccessToken.use':
      return updateIf(
        state.initialAccessTokens,
        change.id,
        (token) => token.usesLeft > 0 && token.expiresAt > change.at,
        (token) => ({ ...token, usesLeft: token.usesLeft - 1 }),
      )
    case 'setupLink.insert':
      return insert(state.setupLinks, change.link.id, change.link)
    case 'setupLink.use':
      return updateIf(
        state.setupLinks,
        change.id,
        (link) => link.usedAt === undefined && link.expiresAt > change.at,
        (link) => ({ ...link, usedAt: change.at }),
      )
    case 'throttle.put': {
      const { throttle, seen } = change
      if ((state.throttles.get(throttle.key)?.failures ?? 0) !== seen) return false
      state.throttles.put(throttle.key, throttle)
      return true
    }
    case 'throttle.clear':
      state.throttles.delete(change.key)
      return true
    case 'logoutDelivery.insert':
      return insert(state.logoutDeliveries, change.delivery.id, change.delivery)
    case 'logoutDelivery.claim': {
      const { id, attempts, nextAttemptAt } = change
      return updateIf(
        state.logoutDeliveries,
        id,
        (delivery) => delivery.attempts === attempts,
        (delivery) => ({ ...delivery, attempts: attempts + 1, nextAttemptAt }),
      )
    }
    case 'logoutDelivery.delete':
      state.logoutDeliveries.delete(change.id)
      return true
    case 'note.put':
      state.notes.put(change.name, { text: change.text })
      return true
    case 'note.delete':
      state.notes.delete(change.name)
      return true
    case 'denylist.put':
      state.bump('denylist')
      return putDenial(state, change.denial)
    case 'denylist.delete':
      state.bump('denylist')
      return state.denylist.delete(change.id)
    default:
      return unreachable(change)
  }
}

function putDenial({ denylist }: MemoryState, denial: Denial): boolean {
  const { kind, value } = denial
  const [former] = denylist.filter((row) => row.kind === kind && row.value === value)
  if (former === undefined) return insert(denylist, denial.id, denial)
  const { id, createdAt } = former[1]
  denylist.put(id, { ...denial, id, createdAt })
  return true
}

/** Throws `conflict` when the key is taken. */
export function insert<Value extends object>(
  table: Table<Value>,
  key: string,
  value: Value,
): boolean {
  if (table.get(key) !== undefined) throw new StorageError('conflict')
  table.put(key, value)
  return true
}

export function updateIf<Value extends object>(
  table: Table<Value>,
  key: string,
  holds: (value: Value) => boolean,
  update: (value: Value) => Value,
): boolean {
  const value = table.get(key)
  if (value === undefined || !holds(value)) return false
  table.put(key, update(value))
  return true
}

type FamilyRevoke = Extract<Change, { kind: `family.revoke${string}` }>

function revokeFamilies(state: MemoryState, change: FamilyRevoke): boolean {
  state.families.updateAll(
    (family) => {
      if (family.revokedAt !== undefined) return false
      if (change.kind === 'family.revoke') return family.id === change.id
      if (change.kind === 'family.revokeBySession') {
        return family.sessionId === change.sessionId && !hasScope(family.scope, 'offline_access')
      }
      if (family.userId !== change.userId) return false
      return change.kind === 'family.revokeByUser' || family.clientId === change.clientId
    },
    (family) => ({ ...family, revokedAt: change.at }),
  )
  return true
}
