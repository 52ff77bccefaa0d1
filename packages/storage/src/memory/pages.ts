import type { Page } from '@grantd/domain'

export const idOf = (row: { readonly id: string }) => row.id

/** The rows without their keys. */
export const values = <Value>(entries: readonly [string, Value][]) =>
  entries.map(([, value]) => value)

/** The text order of base64url is not the order of its bytes. */
export const sortKey = (id: string) => Buffer.from(id, 'base64url').toString('hex')

export function newestFirst<Row>(rows: readonly Row[], id: (row: Row) => string): Row[] {
  return rows.toSorted((a, b) => (sortKey(id(a)) < sortKey(id(b)) ? 1 : -1))
}

/** What waits for an attempt at `at`, the longest waiting first. */
export function due<Row extends { readonly id: string; readonly nextAttemptAt: number }>(
  rows: readonly Row[],
  at: number,
  limit: number,
): readonly Row[] {
  return rows
    .filter((row) => row.nextAttemptAt <= at)
    .sort((a, b) => a.nextAttemptAt - b.nextAttemptAt || (sortKey(a.id) < sortKey(b.id) ? -1 : 1))
    .slice(0, limit)
}

export function paged<Row>(
  rows: readonly Row[],
  page: Page,
  id: (row: Row) => string,
): readonly Row[] {
  const after = page.after === undefined ? undefined : sortKey(page.after)
  const older = rows.filter((row) => after === undefined || sortKey(id(row)) < after)
  return newestFirst(older, id).slice(0, page.limit)
}
