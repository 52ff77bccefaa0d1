import type { CountedKind, CountedSlice, CountSlice } from '@grantd/domain'
import { values } from './pages.ts'
import type { MemoryState } from './state.ts'

/** All at once: what fits into memory is counted in a moment. */
export function countRows(state: MemoryState, kind: CountedKind, { at }: CountSlice): CountedSlice {
  const rows = {
    clients: () => values(state.clients.filter(() => true)),
    mails: () => values(state.mails.filter(() => true)),
    tokens: () =>
      values(
        state.tokens.filter(
          ({ expiresAt, revokedAt, familyId }) =>
            expiresAt > at &&
            revokedAt === undefined &&
            (familyId === undefined || isLive(state, familyId)),
        ),
      ),
  }
  return { count: rows[kind]().length, next: undefined }
}

function isLive(state: MemoryState, familyId: string): boolean {
  const family = state.families.get(familyId)
  return family !== undefined && family.revokedAt === undefined
}
