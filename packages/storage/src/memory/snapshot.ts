import {
  type AuditId,
  epochSeconds,
  type RowKind,
  rowKey,
  type Snapshot,
  type StoredRow,
  type StoredRows,
} from '@grantd/domain'
import type { MemoryState } from './state.ts'
import type { Table } from './table.ts'

const ENDS = ['base', 'head'] as const

type Rows = { readonly [Kind in RowKind]: readonly StoredRows[Kind][] }

/** All values of this moment; they are frozen, so the lists of them are all there is to copy. */
export function memorySnapshot(state: MemoryState): Snapshot {
  const rows: Rows = {
    key: values(state.keys),
    client: values(state.clients),
    user: values(state.users),
    passkey: values(state.passkeys),
    totpSeed: values(state.totp),
    recoveryCode: values(state.recoveryCodes),
    identity: values(state.identities),
    consent: values(state.consents),
    session: values(state.sessions),
    code: values(state.codes),
    family: values(state.families),
    refreshToken: values(state.refreshTokens),
    token: values(state.tokens),
    usedOnce: state.usedOnce.entries().map(([key, { expiresAt }]) => {
      const [purpose, id] = JSON.parse(key) as [string, string] // made by `once.use`
      return Object.freeze({ purpose, id, expiresAt: epochSeconds(expiresAt) })
    }),
    initialAccessToken: values(state.initialAccessTokens),
    setupLink: values(state.setupLinks),
    ticket: values(state.tickets),
    throttle: values(state.throttles),
    logoutDelivery: values(state.logoutDeliveries),
    mail: values(state.mails),
    denial: values(state.denylist),
    audit: values(state.audit),
    auditLink: state.auditLinks.entries().map(([id, { seq, hash }]) => {
      return Object.freeze({ id: id as AuditId, seq, hash }) // the key it was inserted under
    }),
    auditEnd: ENDS.flatMap((end) => {
      const mark = state.auditMarks.get(end)
      return mark === undefined ? [] : Object.freeze({ end, ...mark })
    }),
    event: state.outbox.read(0, Number.POSITIVE_INFINITY),
    sink: values(state.outboxSinks).map(({ name, cursor }) => Object.freeze({ name, cursor })),
    parkedEvent: values(state.parked),
  }
  return {
    rows: async (kind, { limit, after }) => {
      const all = rows[kind]
      // In the order of insertion; where the row of a key is, the keys themselves tell.
      const start =
        after === undefined
          ? 0
          : all.findIndex((row) => rowKey({ kind, row } as StoredRow) === after) + 1
      return all.slice(start, start + limit)
    },
    close: async () => undefined,
  }
}

const values = <Value extends object>(table: Table<Value>): readonly Value[] =>
  table.entries().map(([, value]) => value)
