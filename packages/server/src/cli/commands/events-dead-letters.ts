import { type EventEnvelope, nowSeconds, type ParkedEvent, systemClock } from '@grantd/domain'
import { auditChange } from '@grantd/oauth'
import { command, type OptionSpec } from '../command.ts'
import { EXIT, failed, usageError } from '../exit.ts'
import { DATABASE_OPTIONS, PAGE_OPTIONS, TABLE_OR_JSON } from '../options.ts'
import { iso, moment, show, table } from '../output.ts'
import { readPage, sayMore } from '../page.ts'
import { wholeNumber } from '../parse.ts'
import { ACTOR, type Tools, withTools } from '../tools.ts'

const PAGE = 200

const CHOICE = {
  sink: { type: 'text', value: 'NAME', help: 'only those of this backend' },
  seq: { type: 'text', value: 'N', help: 'replay: only the letter of this number' },
  all: { type: 'flag', help: 'replay: every dead letter' },
} as const satisfies Record<string, OptionSpec>

export const eventsDeadLetters = command({
  details: `An event that a backend refused ten times, over a quarter of an hour, is a dead letter: it waits here and the others
go on. "replay" offers letters again, from the first attempt, once the reason is gone.`,
  args: [{ name: 'list|replay', help: 'what to do with them' }],
  options: { ...CHOICE, ...PAGE_OPTIONS, ...TABLE_OR_JSON, ...DATABASE_OPTIONS },
  examples: [
    'grantd events dead-letters list',
    'grantd events dead-letters replay --all --sink redis',
    'grantd events dead-letters replay --seq 4711',
  ],
  run: async (input) => {
    const { options, terminal, args } = input
    const [verb] = args
    if (verb === 'list') {
      const { limit } = readPage({ limit: options.limit, after: undefined })
      return withTools(input, { writes: false }, async ({ services }) => {
        const { sink } = options
        const after = options.after === undefined ? undefined : place(options.after, 'after')
        const found = await services.storage.outbox.deadLetters({
          limit: limit + 1,
          ...(sink !== undefined && { sink }),
          ...(after !== undefined && { after }),
        })
        const letters = found.slice(0, limit)
        show(terminal, options.output, {
          table: () =>
            table(['SEQ', 'BACKEND', 'TYPE', 'KEY', 'GIVEN UP', 'REASON'], letters.map(rowOf)),
          json: () => letters.map(letterJson),
        })
        const last = String(letters.at(-1)?.seq ?? '')
        sayMore({ count: found.length, limit, last, terminal })
        return EXIT.ok
      })
    }
    if (verb !== 'replay') throw usageError('say "list" or "replay"')
    if (options.seq === undefined && !options.all) {
      throw usageError('replay needs --seq N or --all')
    }
    const seq = options.seq === undefined ? undefined : place(options.seq, 'seq')
    return withTools(input, { writes: true }, async (tools) => {
      const revived = await revive(tools, options.sink, seq)
      if (revived === 0)
        throw failed('there is no such dead letter', 'run: grantd events dead-letters list')
      show(terminal, options.output, {
        table: () => `${revived} offered again; a running server delivers them`,
        json: () => ({ replayed: revived }),
      })
      return EXIT.ok
    })
  },
})

async function revive(
  { services }: Tools,
  sink: string | undefined,
  seq: number | undefined,
): Promise<number> {
  const { storage } = services
  const at = nowSeconds(systemClock)
  let revived = 0
  for (let after = seq === undefined ? 0 : seq - 1; ; ) {
    const page = await storage.outbox.deadLetters({
      limit: PAGE,
      after,
      ...(sink !== undefined && { sink }),
    })
    const wanted = page.filter((letter) => seq === undefined || letter.seq === seq)
    for (const letter of wanted) {
      const change = { kind: 'outbox.revive', sink: letter.sink, seq: letter.seq, at } as const
      if ((await storage.commit([change])).outcome === 'committed') revived++
    }
    const last = page.at(-1)
    if (page.length < PAGE || last === undefined || seq !== undefined) break
    after = last.seq
  }
  if (revived > 0) {
    const note = {
      action: 'events.replayed',
      actor: ACTOR,
      targetKind: 'event',
      targetId: seq === undefined ? 'dead letters' : String(seq),
      metadata: { sink: sink ?? 'all', letters: String(revived) },
    } as const
    await storage.commit([auditChange(note, services)])
  }
  return revived
}

const place = (text: string, name: string) => wholeNumber(text, name, 0, Number.MAX_SAFE_INTEGER)

const typeOf = ({ payload }: ParkedEvent) => (JSON.parse(payload) as EventEnvelope).event.event_type

function rowOf(letter: ParkedEvent): string[] {
  const { seq, sink, key, deadAt, error } = letter
  return [String(seq), sink, typeOf(letter), key, moment(deadAt ?? 0), error ?? '-']
}

function letterJson(letter: ParkedEvent): Readonly<Record<string, unknown>> {
  return {
    seq: letter.seq,
    backend: letter.sink,
    key: letter.key,
    attempts: letter.attempts,
    reason: letter.error ?? null,
    given_up_at: iso(letter.deadAt ?? 0),
    event: JSON.parse(letter.payload),
  }
}
