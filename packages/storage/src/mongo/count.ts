import type { CountedKind, CountedSlice, CountSlice, EpochSeconds } from '@grantd/domain'
import { Binary, type Db, type Document } from 'mongodb'
import { reading } from './errors.ts'
import { uuid } from './kind.ts'
import { CLIENT, FAMILY, MAIL, TOKEN } from './kinds.ts'
import type { Stored } from './run-operation.ts'

/** Clients have no time-ordered `_id`; they are walked by their row id. */
const WALKED = {
  clients: { collection: CLIENT.collection, key: 'rowId' },
  tokens: { collection: TOKEN.collection, key: '_id' },
  mails: { collection: MAIL.collection, key: '_id' },
} as const

export async function countDocuments(
  database: Db,
  kind: CountedKind,
  { limit, after, at }: CountSlice,
): Promise<CountedSlice> {
  const { collection, key } = WALKED[kind]
  const filter = after === undefined ? {} : { [key]: { $gt: uuid(after) } }
  const projection = { [key]: 1, expiresAt: 1, revokedAt: 1, familyId: 1 }
  const rows = await reading(() =>
    database
      .collection<Stored>(collection)
      .find(filter, { sort: { [key]: 1 }, limit, projection })
      .toArray(),
  )
  const count = kind === 'tokens' ? await countGood(database, rows, at) : rows.length
  const last: unknown = rows.at(-1)?.[key]
  const isEnd = rows.length < limit || !(last instanceof Binary)
  return { count, next: isEnd ? undefined : Buffer.from(last.buffer).toString('base64url') }
}

/** Good are those of a family only while the family lives. */
async function countGood(
  database: Db,
  rows: readonly Document[],
  at: EpochSeconds,
): Promise<number> {
  const good = rows.filter(
    ({ expiresAt, revokedAt }) =>
      (revokedAt ?? undefined) === undefined && Number(expiresAt) > at * 1_000,
  )
  const ids = good.flatMap(({ familyId }) => familyId ?? [])
  const live = await reading(() =>
    database
      .collection<Stored>(FAMILY.collection)
      .find({ _id: { $in: ids }, revokedAt: null }, { projection: { _id: 1 } })
      .toArray(),
  )
  const living = new Set(live.map(({ _id }) => textOf(_id)))
  return good.filter(({ familyId }) => familyId == null || living.has(textOf(familyId))).length
}

function textOf(id: unknown): string {
  return id instanceof Binary ? Buffer.from(id.buffer).toString('hex') : String(id)
}
