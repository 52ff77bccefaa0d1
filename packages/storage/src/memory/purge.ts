import type { Denial, EpochSeconds, ExpiringKind } from '@grantd/domain'
import { purgedBefore } from '../expiry.ts'
import type { MemoryState } from './state.ts'
import type { Table } from './table.ts'

/** The rows of one kind that have ended. */
interface Ended {
  readonly kind: ExpiringKind
  readonly keys: readonly string[]
  delete(key: string): void
}

/** Deletes at most `limit` rows that ended before `at`, by the rules of the SQL backends. */
export function purge(state: MemoryState, at: EpochSeconds, limit: number): number {
  let left = limit
  for (const ended of allEnded(state, at)) {
    for (const key of ended.keys.slice(0, left)) {
      ended.delete(key)
      left--
    }
  }
  return limit - left
}

/** What `purge` would delete without a limit. */
export function countExpired(
  state: MemoryState,
  at: EpochSeconds,
): Readonly<Record<ExpiringKind, number>> {
  const counts = allEnded(state, at).map(({ kind, keys }) => [kind, keys.length] as const)
  return Object.freeze(Object.fromEntries(counts) as Record<ExpiringKind, number>) // all kinds, below
}

function allEnded(state: MemoryState, at: EpochSeconds): readonly Ended[] {
  const hasEnded = (row: { readonly expiresAt: EpochSeconds }) => row.expiresAt < at
  const isOver = ({ expiresAt }: Denial) => expiresAt !== undefined && expiresAt < at
  const ended = <Row extends { readonly expiresAt: EpochSeconds }>(
    kind: ExpiringKind,
    table: Table<Row>,
    isDead: (row: Row) => boolean = hasEnded,
  ): Ended => endedIn(kind, table, isDead)
  const alive = new Set(state.tokens.filter((token) => !hasEnded(token)).map(familyOf))
  return [
    ended('tokens', state.tokens),
    ended('refreshTokens', state.refreshTokens),
    ended('codes', state.codes, (code) => code.expiresAt < purgedBefore('codes', at)),
    ended('families', state.families, (family) => hasEnded(family) && !alive.has(family.id)),
    ended('sessions', state.sessions),
    ended('initialAccessTokens', state.initialAccessTokens),
    ended('setupLinks', state.setupLinks),
    ended('logoutDeliveries', state.logoutDeliveries),
    ended('tickets', state.tickets),
    ended('mails', state.mails),
    endedIn('denylist', state.denylist, isOver),
    ended('usedOnce', state.usedOnce),
    ended('throttles', state.throttles),
  ]
}

function endedIn<Row extends object>(
  kind: ExpiringKind,
  table: Table<Row>,
  isDead: (row: Row) => boolean,
): Ended {
  return {
    kind,
    keys: table.filter(isDead).map(([key]) => key),
    delete: (key) => {
      table.delete(key)
    },
  }
}

const familyOf = ([, token]: [string, { readonly familyId: string | undefined }]) => token.familyId
