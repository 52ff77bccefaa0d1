import { setTimeout as sleep } from 'node:timers/promises'
import {
  EVENT_PRODUCER,
  type EventSink,
  IdMaker,
  makeEvent,
  systemClock,
  systemRandom,
  uuidText,
} from '@grantd/domain'
import { allowedNetworks } from '../../assemble.ts'
import { openEventing } from '../../events/open-eventing.ts'
import { toOAuthSettings } from '../../oauth-settings.ts'
import { createGuardedHttp } from '../../outbound/guarded-http.ts'
import { command } from '../command.ts'
import { EXIT, failed } from '../exit.ts'
import { locate, portOf } from '../locate.ts'
import { DATABASE_OPTIONS, TABLE_OR_JSON } from '../options.ts'
import { show, table } from '../output.ts'

const PATIENCE_MS = 15_000
const PAUSE_MS = 200
const SILENT = { debug() {}, info() {}, warn() {}, error() {} }

interface Tried {
  readonly backend: string
  readonly outcome: 'published' | 'retry' | 'rejected' | 'not tried'
  readonly reason?: string
  readonly ms?: number
}

export const eventsTest = command({
  details: `Sends one event of the type webhook_test through every backend of the configuration, from this command
and not from a running server: to learn whether brokers and receivers can be reached from here and take
what they get. What only lives in a server (in_memory, console) is not tried. Exit 1 when a backend did
not take the event.`,
  options: { ...TABLE_OR_JSON, ...DATABASE_OPTIONS },
  examples: ['grantd events test', 'grantd events test --output json'],
  run: async (input) => {
    const { options, terminal } = input
    const located = await locate(input)
    const { settings, mode } = located
    if (!settings.events.enabled) {
      throw failed('events are turned off', 'set OAUTH2_EVENTS_ENABLED=true')
    }
    const eventing = await openEventing({
      // Whether a backend answers is what is to be found out; no start depends on it.
      settings: { ...settings.events, startup: 'degrade' },
      issuer: toOAuthSettings(settings, mode, portOf(located)).issuer,
      log: SILENT,
      clock: systemClock,
      http: createGuardedHttp({
        allowedNetworks: allowedNetworks(settings, mode),
        timeoutMs: settings.events.webhook.timeout_secs * 1_000,
      }),
    })
    await Promise.all(eventing.sinks.map(loaded))
    const event = testEvent()
    const results = await eventing.test(event).finally(() => eventing.stop(0))
    const tried = eventing.sinks.map(({ name, isDurable }): Tried => {
      const result = results.find(({ backend }) => backend === name)
      if (isDurable && result !== undefined) return result
      return { backend: name, outcome: 'not tried', reason: 'it lives in a running server only' }
    })
    show(terminal, options.output, {
      table: () =>
        table(
          ['BACKEND', 'OUTCOME', 'MS', 'REASON'],
          tried.map(({ backend, outcome, ms, reason }) => [
            backend,
            outcome === 'retry' ? 'not now' : outcome,
            ms === undefined ? '-' : String(ms),
            reason ?? '-',
          ]),
        ),
      json: () => ({ event_id: event.event.id, results: tried }),
    })
    const isFine = tried.every(({ outcome }) => outcome === 'published' || outcome === 'not tried')
    return isFine ? EXIT.ok : EXIT.failed
  },
})

/** The first connection loads a client, which a busy machine may need longer for than a broker for its answer. */
async function loaded(sink: EventSink): Promise<void> {
  for (const deadline = performance.now() + PATIENCE_MS; performance.now() < deadline; ) {
    const { healthy, detail = '' } = await sink.health()
    if (healthy || !detail.includes('did not answer')) return
    await sleep(PAUSE_MS)
  }
}

function testEvent() {
  const id = new IdMaker({ clock: systemClock, random: systemRandom }).next()
  return makeEvent(
    { type: 'webhook_test' },
    {
      id,
      nowMs: systemClock.nowMs(),
      producer: EVENT_PRODUCER,
      origin: { correlationId: uuidText(id), source: 'cli' },
    },
  )
}
