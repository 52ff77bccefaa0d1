import { type EpochSeconds, type FamilyId, lowestIdAt, type TokenId } from '@grantd/domain'
import type { Compilable, ExpressionBuilder } from 'kysely'
import { purgedBefore } from '../expiry.ts'
import type { Params, SqlValue } from './params.ts'
import type { Plan } from './plan.ts'
import { read, textOf } from './read.ts'
import { type Builder, write } from './recipe.ts'
import type { Schema } from './schema.ts'

/**
 * Tables whose rows are found by walking their time-ordered ids: no index on the expiry is paid for
 * by every issued token. The rest are small and have one.
 */
export const WALKED = [
  'tokens',
  'refresh_tokens',
  'authorization_codes',
  'token_families',
  'sessions',
  'initial_access_tokens',
  'setup_links',
  'logout_deliveries',
  'tickets',
  'outgoing_mails',
  'denylist',
] as const
export type Walked = (typeof WALKED)[number]

/** Rows looked at in one slice: about a millisecond of the writer's time. */
const SLICE_ROWS = 512
/** Rows looked at per table and call when little of it has expired. */
const WALK_ROWS = 16_384

const FIRST_ID = lowestIdAt<TokenId>(0)
const LAST_ID = Buffer.alloc(16, 0xff).toString('base64url') as TokenId

interface Slice {
  readonly after: TokenId
  readonly upTo: TokenId
  readonly before: EpochSeconds
}

/** All walked tables have an `id` and an `expires_at`; for the builder they are typed as one. */
const likeTokens = (table: Walked) => table as 'tokens'

/** The id that ends a slice of `rows` rows after `after`; no row when fewer are left. */
export const sliceEnd = (table: Walked) =>
  read<{ after: TokenId; rows: number }>()(
    (db, p) => {
      const start = p.bytes((key) => key.after)
      const skipped = p.value((key) => key.rows - 1)
      return db
        .selectFrom(likeTokens(table))
        .select('id')
        .where('id', '>', start)
        .orderBy('id')
        .limit((eb) => eb.lit(1))
        .offset(skipped)
    },
    (row) => textOf(row.id),
  )

const deleteSlice = (table: Walked, db: Builder, p: Params<Slice>): Compilable => {
  const start = p.bytes((slice) => slice.after)
  const end = p.bytes((slice) => slice.upTo)
  const before = p.value((slice) => slice.before)
  const expired = db
    .deleteFrom(likeTokens(table))
    .where('id', '>', start)
    .where('id', '<=', end)
    .where('expires_at', '<', before)
  return table === 'token_families' ? withoutLiveTokens(db, p) : expired
}

function withoutLiveTokens(db: Builder, p: Params<Slice>): Compilable {
  const start = p.bytes((slice) => slice.after as string as FamilyId)
  const end = p.bytes((slice) => slice.upTo as string as FamilyId)
  const before = p.value((slice) => slice.before)
  return db
    .deleteFrom('token_families')
    .where('id', '>', start)
    .where('id', '<=', end)
    .where('expires_at', '<', before)
    .where(noTokenLives(before))
}

/** A token without its family counts as revoked: the family stays as long as one of its tokens lives. */
export const noTokenLives =
  (at: EpochSeconds) =>
  ({ not, exists, selectFrom }: ExpressionBuilder<Schema, 'token_families'>) =>
    not(
      exists(
        selectFrom('tokens')
          .select('tokens.id')
          .whereRef('tokens.family_id', '=', 'token_families.id')
          .where('tokens.expires_at', '>=', at),
      ),
    )

type Expired = { readonly before: EpochSeconds; readonly limit: number }

const deleteUsedOnce = (db: Builder, p: Params<Expired>) => {
  const before = p.value((c) => c.before)
  const limit = p.value((c) => c.limit)
  return db
    .deleteFrom('used_once')
    .where(({ eb, refTuple, selectFrom }) =>
      eb(
        refTuple('purpose', 'id'),
        'in',
        selectFrom('used_once')
          .select(['purpose', 'id'])
          .where('expires_at', '<', before)
          .orderBy('expires_at')
          .limit(limit)
          .$asTuple('purpose', 'id'),
      ),
    )
}

const deleteThrottles = (db: Builder, p: Params<Expired>) => {
  const before = p.value((c) => c.before)
  const limit = p.value((c) => c.limit)
  return db
    .deleteFrom('throttles')
    .where('key', 'in', (eb) =>
      eb
        .selectFrom('throttles')
        .select('key')
        .where('expires_at', '<', before)
        .orderBy('expires_at')
        .limit(limit),
    )
}

/** A tombstone goes when no row is left that it stands for. */
const deleteTombstones = (db: Builder) =>
  db
    .deleteFrom('deleted_clients')
    .where(({ and, not, exists, selectFrom }) =>
      and([
        not(
          exists(
            selectFrom('tokens')
              .select('tokens.id')
              .whereRef('tokens.id', '<=', 'deleted_clients.last_token_id'),
          ),
        ),
        not(
          exists(
            selectFrom('authorization_codes as code')
              .select('code.id')
              .whereRef('code.id', '<=', 'deleted_clients.last_code_id'),
          ),
        ),
      ]),
    )

export interface PurgePorts {
  readonly plan: Plan
  /** Writes one unit; resolves to the rows it deleted. */
  submit(unit: readonly SqlValue[]): Promise<number>
  /** Reads `sliceEnd` of a table. */
  sliceEnd(table: Walked, after: TokenId, rows: number): Promise<TokenId | undefined>
}

/**
 * Deletes expired rows slice by slice, each slice a unit of its own that shares its commit with the
 * units of requests. Rows of one table mostly live equally long, so the expired ones are the oldest:
 * a call first deletes from the front until a slice has nothing to delete. Those that end before
 * older ones are found by a walk that remembers where it stopped and starts over at the end, so that
 * a call costs the same however many long-lived rows there are.
 */
export class Purge {
  readonly #ports: PurgePorts
  readonly #positions = new Map<Walked, TokenId>()
  readonly #slice: ReadonlyMap<Walked, (slice: Slice) => SqlValue[]>
  readonly #indexed: readonly ((expired: Expired) => SqlValue[])[]
  readonly #tombstones: (source: null) => SqlValue[]

  constructor(ports: PurgePorts) {
    this.#ports = ports
    const { plan } = ports
    this.#slice = new Map(
      WALKED.map((table) => [
        table,
        plan.add<Slice>((db, p) => [write(deleteSlice(table, db, p))]),
      ]),
    )
    this.#indexed = [
      plan.add<Expired>((db, p) => [write(deleteUsedOnce(db, p))]),
      plan.add<Expired>((db, p) => [write(deleteThrottles(db, p))]),
    ]
    this.#tombstones = plan.add<null>((db) => [write(deleteTombstones(db))])
  }

  /** Deletes at most `limit` rows that ended before `at`; resolves to how many. */
  async run(at: EpochSeconds, limit: number): Promise<number> {
    let deleted = 0
    for (const table of WALKED) {
      if (deleted < limit) deleted += await this.#front(table, at, limit - deleted)
      if (deleted < limit) deleted += await this.#walk(table, at, limit - deleted)
    }
    for (const unitOf of this.#indexed) {
      if (deleted < limit) {
        deleted += await this.#ports.submit(unitOf({ before: at, limit: limit - deleted }))
      }
    }
    await this.#ports.submit(this.#tombstones(null))
    return deleted
  }

  async #front(table: Walked, at: EpochSeconds, limit: number): Promise<number> {
    let deleted = 0
    while (deleted < limit) {
      const slice = await this.#deleteSlice(table, FIRST_ID, at, limit - deleted)
      deleted += slice.deleted
      if (slice.deleted === 0 || slice.end === undefined) break
    }
    return deleted
  }

  async #walk(table: Walked, at: EpochSeconds, limit: number): Promise<number> {
    let deleted = 0
    for (let walked = 0; walked < WALK_ROWS && deleted < limit; ) {
      const start = this.#positions.get(table) ?? FIRST_ID
      const slice = await this.#deleteSlice(table, start, at, limit - deleted)
      deleted += slice.deleted
      if (slice.end === undefined) {
        this.#positions.delete(table)
        break
      }
      this.#positions.set(table, slice.end)
      walked += slice.rows
    }
    return deleted
  }

  /** Deletes what expired among the next rows after `start`. No `end`: the table ends there. */
  async #deleteSlice(
    table: Walked,
    start: TokenId,
    at: EpochSeconds,
    limit: number,
  ): Promise<{ readonly deleted: number; readonly rows: number; readonly end?: TokenId }> {
    const unitOf = this.#slice.get(table)
    if (unitOf === undefined) return { deleted: 0, rows: 0 }
    const before = table === 'authorization_codes' ? purgedBefore('codes', at) : at
    const rows = Math.min(SLICE_ROWS, limit) // no slice can delete more than it holds
    const end = await this.#ports.sliceEnd(table, start, rows)
    const deleted = await this.#ports.submit(unitOf({ after: start, upTo: end ?? LAST_ID, before }))
    return { deleted, rows, ...(end !== undefined && { end }) }
  }
}
