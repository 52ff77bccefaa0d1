import { type AuditFilter, type AuditRecord, after, nowSeconds, systemClock } from '@grantd/domain'
import { command, type OptionSpec } from '../command.ts'
import { EXIT } from '../exit.ts'
import { DATABASE_OPTIONS, TABLE_OR_JSON } from '../options.ts'
import { iso, show, table } from '../output.ts'
import { durationSeconds, wholeNumber } from '../parse.ts'
import { withTools } from '../tools.ts'

const TEN_YEARS = 3_650 * 86_400

const FILTERS = {
  action: { type: 'text', value: 'NAME', help: 'only this act: login.failed, client.created …' },
  actor: { type: 'text', value: 'ID', help: 'only what this user id, client id or "cli" did' },
  target: { type: 'text', value: 'ID', help: 'only what was done to this id' },
  since: { type: 'text', value: 'TIME', help: 'only the last "30m", "12h" or "7d"' },
} as const satisfies Record<string, OptionSpec>

export const auditTail = command({
  details: 'The newest acts, the latest last.',
  options: {
    limit: { type: 'text', short: 'n', value: 'N', help: 'most records to show (default 20)' },
    ...FILTERS,
    ...TABLE_OR_JSON,
    ...DATABASE_OPTIONS,
  },
  examples: ['grantd audit tail', 'grantd audit tail -n 100 --action login.failed --since 24h'],
  run: (input) => {
    const { options, terminal } = input
    const limit = options.limit === undefined ? 20 : wholeNumber(options.limit, 'limit', 1, 10_000)
    const { action, actor, target: targetId } = options
    const filter: AuditFilter = {
      ...(action !== undefined && { action }),
      ...(actor !== undefined && { actor }),
      ...(targetId !== undefined && { targetId }),
      ...(options.since !== undefined && {
        since: after(nowSeconds(systemClock), -durationSeconds(options.since, 'since', TEN_YEARS)),
      }),
    }
    return withTools(input, { writes: false }, async ({ services }) => {
      const newest = await services.storage.audit.list({ limit, ...filter })
      const records = newest.toReversed()
      show(terminal, options.output, {
        table: () => table(['TIME', 'ACT', 'ACTOR', 'TARGET', 'FROM', 'MORE'], records.map(rowOf)),
        json: () => records.map(auditJson),
      })
      if (records.length === 0) terminal.say('none')
      return EXIT.ok
    })
  },
})

function rowOf(record: AuditRecord): string[] {
  const { action, actor, targetKind, targetId, ip, metadata, createdAt } = record
  const more = Object.entries(metadata).map(([name, value]) => `${name}=${value}`)
  return [
    iso(createdAt),
    action,
    actor ?? '-',
    `${targetKind} ${targetId}`,
    ip ?? '-',
    more.join(' '),
  ]
}

/** A record for programs, with the names of the database. */
export function auditJson(record: AuditRecord): Readonly<Record<string, unknown>> {
  return {
    id: record.id,
    time: iso(record.createdAt),
    action: record.action,
    actor: record.actor ?? null,
    target_kind: record.targetKind,
    target_id: record.targetId,
    subject: record.subject ?? null,
    ip: record.ip ?? null,
    metadata: record.metadata,
  }
}
