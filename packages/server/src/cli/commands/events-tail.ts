import type { EventEnvelope } from '@grantd/domain'
import { visible } from '../../visible.ts'
import { readSecret } from '../ask.ts'
import { askServer, type Listener, listenerOf } from '../ask-server.ts'
import { command, type OptionSpec } from '../command.ts'
import { EXIT, failed, usageError } from '../exit.ts'
import { EventFollower } from '../follow-events.ts'
import { locate } from '../locate.ts'
import { DATABASE_OPTIONS, PORT_OPTION, TABLE_OR_JSON } from '../options.ts'
import { durationSeconds } from '../parse.ts'
import { untilSignal, untilUnread } from '../signals.ts'
import type { Terminal } from '../terminal.ts'

const A_WEEK = 7 * 86_400
const PAGE = 200
const ANSWER_MS = 15_000
const WANTED = 'set GRANTD_ADMIN_TOKEN to the access token of an administrator, or pipe it'
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/

const FILTERS = {
  type: { type: 'text', value: 'NAMES', help: 'only these types: token_created,user_logout' },
  severity: { type: 'text', value: 'NAMES', help: 'only info, warning or error, or several' },
  client: { type: 'text', value: 'ID', help: 'only events of this client' },
  user: { type: 'text', value: 'ID', help: 'only events of this account' },
} as const satisfies Record<string, OptionSpec>

export const eventsTail = command({
  details: `Follows the live stream of a running server until Ctrl-C, and comes back when it is interrupted. The access
token of an administrator comes from GRANTD_ADMIN_TOKEN or from stdin. Of several workers one answers, and
shows what happens in it. --since begins with what the server still has in memory (the backend in_memory).`,
  options: {
    ...FILTERS,
    since: { type: 'text', value: 'TIME', help: 'begin with the last "10m" or "2h"' },
    url: { type: 'text', value: 'URL', help: 'of the server (default: as it is configured here)' },
    ...TABLE_OR_JSON,
    ...PORT_OPTION,
    ...DATABASE_OPTIONS,
  },
  examples: [
    'GRANTD_ADMIN_TOKEN=$TOKEN grantd events tail --severity warning,error',
    'echo "$TOKEN" | grantd events tail --url https://auth.example.com --since 1h --output json',
  ],
  run: async (input) => {
    const { options, terminal } = input
    const since =
      options.since === undefined ? undefined : durationSeconds(options.since, 'since', A_WEEK)
    const server =
      options.url === undefined ? listenerOf(await locate(input)) : listenerAt(options.url)
    const token = await adminToken(terminal)
    const query = queryOf(options)
    const print = printer(terminal, options.output)
    /** From memory: the stream may bring them too. */
    const shown = new Set<string>()
    const ending = new AbortController()
    void Promise.race([untilSignal(), untilUnread()]).then(() => ending.abort())
    const follower = new EventFollower({
      url: `${server.url}/events/stream?${query}`,
      token,
      cert: server.cert,
      signal: ending.signal,
      onOpen: async () => {
        terminal.say(`following ${server.url}; Ctrl-C ends it`)
        if (since === undefined) return
        const earliest = Date.now() - since * 1_000
        for (const event of await eventsSince(earliest, server, token, query)) {
          shown.add(event.event.id)
          print(event)
        }
      },
      onEvent: (json) => {
        const event = JSON.parse(json) as EventEnvelope
        if (!shown.delete(event.event.id)) print(event)
      },
      say: (text) => terminal.say(text),
    })
    await follower.run()
    return EXIT.ok
  },
})

function listenerAt(text: string): Listener {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw usageError('--url must be the https address of a server')
  }
  if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname)) {
    throw usageError(
      '--url must be https: the token would travel in the clear',
      'use https, or call it on the machine of the server',
    )
  }
  return { url: `${url.origin}${url.pathname}`.replace(/\/+$/, ''), cert: undefined }
}

async function adminToken(terminal: Terminal): Promise<string> {
  const given = terminal.env.GRANTD_ADMIN_TOKEN?.trim()
  const token = given || (await readSecret(terminal, 'Token', WANTED)).trim()
  if (/^[\w\-.~+/]+=*$/.test(token)) return token
  throw usageError('that is no access token', WANTED)
}

function queryOf(options: { readonly [Name in keyof typeof FILTERS]: string | undefined }): string {
  const query = new URLSearchParams()
  for (const name of Object.keys(FILTERS) as (keyof typeof FILTERS)[]) {
    const value = options[name]
    if (value !== undefined) query.set(name, value)
  }
  return query.toString()
}

/** What came before the stream, the latest last. Pages shift while events happen: some come twice. */
async function eventsSince(
  earliest: number,
  server: Listener,
  token: string,
  query: string,
): Promise<readonly EventEnvelope[]> {
  const found = new Map<string, EventEnvelope>()
  for (let offset = 0; ; offset += PAGE) {
    const url = `${server.url}/admin/api/events/recent?${query}&limit=${PAGE}&offset=${offset}`
    const answer = await askServer(url, ANSWER_MS, server.cert, {
      authorization: `Bearer ${token}`,
    })
    if (answer.outcome === 'none') throw failed(`${server.url}: ${answer.reason}`)
    const { items, error_description: reason } = answer.body as {
      readonly items?: readonly EventEnvelope[]
      readonly error_description?: string
    }
    if (items === undefined) throw failed(`--since: ${reason ?? `answer ${answer.status}`}`)
    const wanted = items.filter(({ event }) => Date.parse(event.timestamp) >= earliest)
    for (const item of wanted) found.set(item.event.id, item)
    if (items.length < PAGE || wanted.length < items.length) break
  }
  return [...found.values()].reverse()
}

function printer(terminal: Terminal, format: string | undefined): (event: EventEnvelope) => void {
  if (format === 'json') return (event) => terminal.print(JSON.stringify(event))
  return (event) => terminal.print(lineOf(event, terminal))
}

const STYLES = { info: 'dim', warning: 'yellow', error: 'red' } as const
const TYPE_WIDTH = 26

function lineOf({ event }: EventEnvelope, terminal: Terminal): string {
  const { timestamp, severity, event_type: type, client_id, user_id, metadata, error } = event
  const said = Object.entries({
    ...(client_id !== null && { client: client_id }),
    ...(user_id !== null && { user: user_id }),
    ...metadata,
    ...(error !== null && { error }),
  })
  const shown = terminal.paint(STYLES[severity], severity.padEnd(7), 'data')
  const rest = said.map(([name, value]) => `${name}=${value}`).join(' ')
  // Events of other systems say what they like.
  return [visible(timestamp), shown, visible(type).padEnd(TYPE_WIDTH), visible(rest)].join('  ')
}
