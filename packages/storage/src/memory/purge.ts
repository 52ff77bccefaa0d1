import type { Denial, EpochSeconds } from '@grantd/domain'
import type { MemoryState } from './state.ts'
import type { Table } from './table.ts'

const CODE_KEPT_SECONDS = 86_400

/** Deletes at most `limit` rows that ended before `at`, by the rules of the SQL backends. */
export function purge(state: MemoryState, at: EpochSeconds, limit: number): number {
  const hasEnded = (row: { readonly expiresAt: EpochSeconds }) => row.expiresAt < at
  const isOver = ({ expiresAt }: Denial) => expiresAt !== undefined && expiresAt < at
  let left = limit
  const sweep = <Row extends { readonly expiresAt: EpochSeconds }>(
    table: Table<Row>,
    isDead: (row: Row) => boolean = hasEnded,
  ) => {
    for (const [key] of table.filter(isDead).slice(0, left)) {
      table.delete(key)
      left--
    }
  }
  sweep(state.tokens)
  sweep(state.refreshTokens)
  sweep(state.codes, (code) => code.expiresAt < at - CODE_KEPT_SECONDS)
  const alive = new Set(state.tokens.filter((token) => !hasEnded(token)).map(familyOf))
  sweep(state.families, (family) => hasEnded(family) && !alive.has(family.id))
  sweep(state.sessions)
  sweep(state.initialAccessTokens)
  sweep(state.setupLinks)
  sweep(state.logoutDeliveries)
  sweep(state.tickets)
  sweep(state.mails)
  for (const [id] of state.denylist.filter(isOver).slice(0, left)) {
    state.denylist.delete(id)
    left--
  }
  sweep(state.usedOnce)
  sweep(state.throttles)
  return limit - left
}

const familyOf = ([, token]: [string, { readonly familyId: string | undefined }]) => token.familyId
