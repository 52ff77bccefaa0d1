import type {
  AuditFilter,
  AuditMark,
  AuditRecord,
  AuditStore,
  ChainedRecord,
  OutboxStore,
} from '@grantd/domain'
import { idOf, newestFirst, paged, values } from './pages.ts'
import type { MemoryState } from './state.ts'

const NO_MARK: AuditMark = Object.freeze({ seq: 0, hash: '', mac: '' })

/** The audit log of the memory backend. */
export function auditStore(state: MemoryState): AuditStore {
  const wanted = (isWanted: (record: AuditRecord) => boolean) =>
    values(state.audit.filter(isWanted))
  return {
    list: async (page) => paged(wanted(matching(page)), page, idOf),
    listBySubject: async (userId, page) =>
      paged(
        wanted((record) => record.subject === userId),
        page,
        idOf,
      ),
    listUnchained: async (limit) => {
      const loose = wanted(({ id }) => state.auditLinks.get(id) === undefined)
      return newestFirst(loose, idOf).reverse().slice(0, limit)
    },
    listChained: async (after, limit) =>
      state.auditLinks
        .filter(({ seq }) => seq > after)
        .sort(([, a], [, b]) => a.seq - b.seq)
        .slice(0, limit)
        .flatMap(([id, link]): ChainedRecord[] => {
          const record = state.audit.get(id)
          return record === undefined ? [] : [Object.freeze({ record, ...link })]
        }),
    chain: async () =>
      Object.freeze({
        base: state.auditMarks.get('base') ?? NO_MARK,
        head: state.auditMarks.get('head') ?? NO_MARK,
      }),
  }
}

function matching(filter: AuditFilter): (record: AuditRecord) => boolean {
  const { action, actor, targetId, since, until } = filter
  return (record) =>
    (action === undefined || record.action === action) &&
    (actor === undefined || record.actor === actor) &&
    (targetId === undefined || record.targetId === targetId) &&
    (since === undefined || record.createdAt >= since) &&
    (until === undefined || record.createdAt < until)
}

/** The outbox of the memory backend: it keeps the order, and forgets all with the process. */
export function outboxStore(state: MemoryState): OutboxStore {
  const parked = () => values(state.parked.filter(() => true)).sort((a, b) => a.seq - b.seq)
  return {
    read: async (after, limit) => state.outbox.read(after, limit),
    end: async () => state.outbox.end,
    sinks: async () =>
      values(state.outboxSinks.filter(() => true)).sort((a, b) => (a.name < b.name ? -1 : 1)),
    parked: async (sink, limit) =>
      parked()
        .filter((row) => row.sink === sink && row.deadAt === undefined)
        .slice(0, limit),
    deadLetters: async ({ sink, after = 0, limit }) =>
      parked()
        .filter((row) => row.deadAt !== undefined && (sink ?? row.sink) === row.sink)
        .filter((row) => row.seq > after)
        .slice(0, limit),
    countParked: async () => {
      const all = parked()
      const dead = all.filter((row) => row.deadAt !== undefined).length
      return Object.freeze({ waiting: all.length - dead, dead })
    },
  }
}
