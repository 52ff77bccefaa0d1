import { type ExpiringKind, nowSeconds } from '@grantd/domain'
import { countAged, countUnusedClients, deleteUnusedClients, trimChain } from '@grantd/oauth'
import { countAgedEvents, trimHistory } from '../../events/start-outbox.ts'
import { findEncryptionKey } from '../../secrets.ts'
import { StartError } from '../../start-error.ts'
import { command } from '../command.ts'
import { EXIT } from '../exit.ts'
import { DATABASE_OPTIONS, TABLE_OR_JSON } from '../options.ts'
import { show, table } from '../output.ts'
import { wholeNumber } from '../parse.ts'
import type { Terminal } from '../terminal.ts'
import { ACTOR, type Tools, withTools } from '../tools.ts'

/** A slice looks at a part of each table, the oldest rows first: after a few empty ones nothing is left. */
const QUIET_SLICES = 4
/** Events read or let go of at once. */
const EVENTS_BATCH = 10_000

/** What people call the rows of each kind. */
const NAMES: Readonly<Record<ExpiringKind, string>> = {
  tokens: 'access tokens',
  refreshTokens: 'refresh tokens',
  codes: 'authorization codes',
  families: 'token families',
  sessions: 'sessions',
  initialAccessTokens: 'initial access tokens',
  setupLinks: 'set-up links',
  logoutDeliveries: 'logout deliveries',
  tickets: 'one-time links',
  mails: 'letters',
  denylist: 'denylist entries',
  throttles: 'counters against guessing',
  usedOnce: 'marks against replay',
}

export const janitor = command({
  details: `Works in small transactions, so a busy server beside it hardly notices. For servers that run with
OAUTH2_JANITOR_INTERVAL_SECS=0, for example from cron. With --dry-run it reads every table once and
changes nothing.`,
  options: {
    'dry-run': { type: 'flag', help: 'count what would be deleted; delete nothing' },
    batch: { type: 'text', value: 'N', help: 'rows per slice (default: janitor.batch)' },
    ...TABLE_OR_JSON,
    ...DATABASE_OPTIONS,
  },
  examples: ['grantd janitor', 'grantd janitor --dry-run', 'grantd janitor --batch 2000'],
  run: async (input) => {
    const { options } = input
    const given =
      options.batch === undefined ? undefined : wholeNumber(options.batch, 'batch', 1, 100_000)
    return withTools(input, { writes: true }, async (tools) => {
      const act = options['dry-run'] ? countAll : deleteAll
      await act({ tools, terminal: input.terminal, output: options.output, batch: given })
      return EXIT.ok
    })
  },
})

interface Run {
  readonly tools: Tools
  readonly terminal: Terminal
  readonly output: string | undefined
  readonly batch: number | undefined
}

async function deleteAll({ tools, terminal, output, batch }: Run): Promise<void> {
  const { services, settings } = tools
  const startedAt = performance.now()
  const limit = batch ?? settings.janitor.batch
  let deleted = 0
  for (let quiet = 0; quiet < QUIET_SLICES; ) {
    const slice = await services.storage.purgeExpired(nowSeconds(services.clock), limit)
    deleted += slice
    quiet = slice === 0 ? quiet + 1 : 0
  }
  const clients = await deleteUnusedClients(services)
  const retired = await withKeys(tools, terminal, ({ keys }) => keys.retireOld({ actor: ACTOR }))
  const audit = await trimAudit(tools, terminal)
  const events = await countAgedEvents(services.storage, historyOf(tools))
  await trimHistory(services.storage, historyOf(tools))
  const seconds = Math.round(performance.now() - startedAt) / 1_000
  show(terminal, output, {
    table: () =>
      `${deleted} expired rows, ${clients} unused clients, ${audit} audit records and ${events} events deleted, ${retired.length} former keys retired, in ${seconds} s`,
    json: () => ({ deleted, clients, retired: retired.length, audit, events, seconds }),
  })
}

async function countAll({ tools, terminal, output }: Run): Promise<void> {
  const { services, settings } = tools
  const expired = await services.storage.countExpired(nowSeconds(services.clock))
  const clients = await countUnusedClients(services)
  const retired = (await withKeys(tools, terminal, ({ keys }) => keys.old())).length
  const audit = await countAged(services, settings.audit.retention_days)
  const events = await countAgedEvents(services.storage, historyOf(tools))
  const kinds = Object.keys(NAMES) as ExpiringKind[]
  const deleted = kinds.reduce((sum, kind) => sum + expired[kind], 0)
  const rows: readonly (readonly [string, number])[] = [
    ...kinds.map((kind) => [NAMES[kind], expired[kind]] as const),
    ['unused clients', clients],
    ['audit records', audit],
    ['events', events],
    ['former keys, to be retired', retired],
  ]
  show(terminal, output, {
    table: () =>
      table(
        ['WOULD GO', 'NUMBER'],
        rows.map(([name, number]) => [name, String(number)]),
      ),
    json: () => ({ dry_run: true, deleted, expired, clients, retired, audit, events }),
  })
  terminal.say('nothing was deleted')
}

/** Former keys that no living token needs. Without the encryption key they are left alone. */
async function withKeys<Found>(
  tools: Tools,
  terminal: Terminal,
  ask: (services: Awaited<ReturnType<Tools['openKeys']>>) => Promise<readonly Found[]>,
): Promise<readonly Found[]> {
  try {
    return await ask(await tools.openKeys())
  } catch (error) {
    if (!(error instanceof StartError)) throw error
    terminal.say(`former keys are left as they are: ${error.message}`)
    return []
  }
}

/** As the janitor of a server does, which may be switched off where this runs. */
async function trimAudit({ services, settings }: Tools, terminal: Terminal): Promise<number> {
  const days = settings.audit.retention_days
  if (days === 0) return 0
  const encryptionKey = findEncryptionKey(settings)
  if (encryptionKey !== undefined) return trimChain({ ...services, encryptionKey }, days)
  terminal.say('audit records are left as they are: there is no key to sign what would remain')
  return 0
}

function historyOf({ services, settings }: Tools) {
  const { history_days: days } = settings.events.outbox
  return { days, now: nowSeconds(services.clock), batch: EVENTS_BATCH }
}
