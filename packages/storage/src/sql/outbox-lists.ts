import type { AuditFilter, AuditId, AuditStore, OutboxStore, Page } from '@grantd/domain'
import { bytesOf } from './read.ts'
import { auditOf } from './reads/operations.ts'
import { chainedOf, chainOf, entryOf, parkedOf, sinkOf } from './reads/outbox.ts'
import type { Builder } from './recipe.ts'
import type { AuditRow } from './schema.ts'

export interface OutboxLists {
  readonly events: OutboxStore['read']
  readonly sinks: OutboxStore['sinks']
  readonly parked: OutboxStore['parked']
  readonly deadLetters: OutboxStore['deadLetters']
  readonly countParked: OutboxStore['countParked']
}

/** The reads of the relay and of who looks after it. */
export function outboxListsOf(db: Builder): OutboxLists {
  return {
    events: async (after, limit) => {
      const query = db
        .selectFrom('outbox')
        .select(['seq', 'key', 'payload', 'created_at'])
        .where('seq', '>', after)
        .orderBy('seq')
        .limit(limit)
      return (await query.execute()).map(entryOf)
    },
    sinks: async () => {
      const rows = await db.selectFrom('outbox_sinks').selectAll().orderBy('name').execute()
      return rows.map(sinkOf)
    },
    parked: async (sink, limit) => {
      const query = db
        .selectFrom('outbox_parked')
        .selectAll()
        .where('sink', '=', sink)
        .where('dead_at', 'is', null)
        .orderBy('seq')
        .limit(limit)
      return (await query.execute()).map(parkedOf)
    },
    deadLetters: async ({ sink, after, limit }) => {
      let query = db
        .selectFrom('outbox_parked')
        .selectAll()
        .where('dead_at', 'is not', null)
        .orderBy('seq')
        .orderBy('sink')
        .limit(limit)
      if (sink !== undefined) query = query.where('sink', '=', sink)
      if (after !== undefined) query = query.where('seq', '>', after)
      return (await query.execute()).map(parkedOf)
    },
    countParked: async () => {
      const row = await db
        .selectFrom('outbox_parked')
        .select((eb) => [
          eb.fn.countAll<number>().as('all'),
          eb.fn.count<number>('dead_at').as('dead'),
        ])
        .executeTakeFirstOrThrow()
      const dead = Number(row.dead)
      return Object.freeze({ waiting: Number(row.all) - dead, dead })
    },
  }
}

/** The audit log, as operators read it and as it is chained. */
export function auditListsOf(db: Builder): AuditStore {
  const newest = ({ limit, after }: Page) => {
    const query = db.selectFrom('audit_log').selectAll().orderBy('id', 'desc').limit(limit)
    return after === undefined ? query : query.where('id', '<', bytesOf<AuditId>(after))
  }
  return {
    list: async (wanted) => (await filtered(newest(wanted), wanted).execute()).map(auditOf),
    listBySubject: async (userId, page) => {
      const rows = await newest(page).where('subject', '=', bytesOf(userId)).execute()
      return rows.map(auditOf)
    },
    listUnchained: async (limit) => {
      const query = db.selectFrom('audit_log').selectAll().where('seq', 'is', null)
      return (await query.orderBy('id').limit(limit).execute()).map(auditOf)
    },
    listChained: async (after, limit) => {
      const query = db.selectFrom('audit_log').selectAll().where('seq', '>', after)
      return (await query.orderBy('seq').limit(limit).execute()).map(chainedOf)
    },
    chain: async () => chainOf(await db.selectFrom('audit_marks').selectAll().execute()),
  }
}

type AuditQuery = ReturnType<typeof selectAudit>
const selectAudit = (db: Builder) => db.selectFrom('audit_log').selectAll()

function filtered(query: AuditQuery, filter: AuditFilter): AuditQuery {
  let narrowed = query
  // What a caller asks for is compared, not believed.
  const { action, actor, targetId, since, until } = filter
  if (action !== undefined) narrowed = narrowed.where('action', '=', action as AuditRow['action'])
  if (actor !== undefined) narrowed = narrowed.where('actor', '=', actor)
  if (targetId !== undefined) narrowed = narrowed.where('target_id', '=', targetId)
  if (since !== undefined) narrowed = narrowed.where('created_at', '>=', since)
  if (until !== undefined) narrowed = narrowed.where('created_at', '<', until)
  return narrowed
}
