import { after, nowSeconds, type OutboxStore, systemClock } from '@grantd/domain'
import { auditChange } from '@grantd/oauth'
import { command } from '../command.ts'
import { EXIT, failed, usageError } from '../exit.ts'
import { DATABASE_OPTIONS, TABLE_OR_JSON } from '../options.ts'
import { show } from '../output.ts'
import { durationSeconds, wholeNumber } from '../parse.ts'
import { ACTOR, withTools } from '../tools.ts'

const TEN_YEARS = 3_650 * 86_400
const PAGE = 1_000

export const eventsReplay = command({
  details: `Delivers stored events to a backend again, from a moment or a place on, in order and with their former ids. What is
stored depends on OAUTH2_EVENTS_HISTORY_DAYS; without a history only what still waits is there.`,
  options: {
    sink: { type: 'text', value: 'NAME', help: 'the backend, as "grantd events status" names it' },
    since: { type: 'text', value: 'TIME', help: 'events of the last "30m", "12h" or "7d"' },
    after: { type: 'text', value: 'SEQ', help: 'events behind this number' },
    ...TABLE_OR_JSON,
    ...DATABASE_OPTIONS,
  },
  examples: ['grantd events replay --sink kafka --since 2h'],
  run: (input) => {
    const { options, terminal } = input
    const { sink, since, after: place } = options
    if (sink === undefined) throw usageError('--sink is needed: see "grantd events status"')
    if ((since === undefined) === (place === undefined)) {
      throw usageError('give one of --since and --after')
    }
    const seconds = since === undefined ? 0 : durationSeconds(since, 'since', TEN_YEARS)
    const given =
      place === undefined ? undefined : wholeNumber(place, 'after', 0, Number.MAX_SAFE_INTEGER)
    return withTools(input, { writes: true }, async ({ services }) => {
      const { storage } = services
      const known = (await storage.outbox.sinks()).find(({ name }) => name === sink)
      if (known === undefined) {
        throw failed(`there is no backend "${sink}"`, 'run: grantd events status')
      }
      const from = after(nowSeconds(systemClock), -seconds)
      const cursor = given ?? (await placeBefore(storage.outbox, from))
      if (cursor >= known.cursor) {
        throw failed(
          'nothing is stored that this backend has already had',
          'run: grantd events status',
        )
      }
      const note = {
        action: 'events.replayed',
        actor: ACTOR,
        targetKind: 'event',
        targetId: sink,
        metadata: { sink, from: String(cursor) },
      } as const
      await storage.commit([{ kind: 'outbox.rewind', sink, cursor }, auditChange(note, services)])
      show(terminal, options.output, {
        table: () =>
          `${sink} gets the events behind ${cursor} again; a running server delivers them`,
        json: () => ({ backend: sink, after: cursor }),
      })
      return EXIT.ok
    })
  },
})

/** The last place before the first stored event that was made at `from` or later. */
async function placeBefore(outbox: OutboxStore, from: number): Promise<number> {
  for (let cursor = 0; ; ) {
    const page = await outbox.read(cursor, PAGE)
    const first = page.find(({ createdAt }) => createdAt >= from)
    if (first !== undefined) return first.seq - 1
    const last = page.at(-1)
    if (last === undefined) return cursor
    cursor = last.seq
  }
}
