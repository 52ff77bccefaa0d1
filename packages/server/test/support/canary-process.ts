// Owns: the tour (canary-tour.ts) in a process of its own, whose logs are the real ones on stdout and
// stderr. It writes what the secrets were, and what it saw, to the file that it is told.
import { writeFileSync } from 'node:fs'
import { EventRing } from '@grantd/events'
import { loadSettings } from '../../src/config/load.ts'
import { createLog } from '../../src/log.ts'
import { Canary } from './canary.ts'
import { type Seen, TOUR_ENV, tour } from './canary-tour.ts'
import { EventPluginDouble } from './event-plugin.ts'
import { TestServer } from './server.ts'

export interface TourReport extends Seen {
  readonly secrets: ReturnType<Canary['toJSON']>
  readonly audit: string
  readonly outbox: string
  readonly ring: string
  readonly mails: number
  readonly title: string
}

const [folder = ''] = process.argv.slice(2)
using plugin = new EventPluginDouble('tour')
const env = {
  ...TOUR_ENV,
  ...plugin.env,
  OAUTH2_EVENTS_BACKEND: `both,${plugin.name}`,
  OAUTH2_DATABASE_URL: `sqlite:${folder}/tour.db`,
  OAUTH2_LOG_ACCESS: 'true',
  OAUTH2_LOG_FORMAT: 'json',
  RUST_LOG: 'trace',
  OAUTH2_ENCRYPTION_KEY: process.env.TOUR_ENCRYPTION_KEY ?? '',
}
const log = createLog(
  loadSettings({
    mode: 'serve',
    env: { ...env, OAUTH2_PUBLIC_URL: 'http://localhost:8080' },
    cwd: folder,
  }).settings,
)
const server = await TestServer.start(env, log)
const canary = new Canary()
canary.watch('encryption key', env.OAUTH2_ENCRYPTION_KEY)
const seen = await tour(server, canary)
const audit = JSON.stringify(await server.assembly.storage.audit.list({ limit: 10_000 }))
const ring = server.assembly.eventing.sinks.find((sink) => sink instanceof EventRing)
await server[Symbol.asyncDispose]()
const report: TourReport = {
  ...seen,
  secrets: canary.toJSON(),
  audit,
  outbox: JSON.stringify(plugin.taken),
  ring: JSON.stringify(ring?.recent() ?? []),
  mails: server.mailbox.mails.length,
  title: process.title,
}
writeFileSync(`${folder}/report.json`, JSON.stringify(report))
log.flush()
