// Owns: following the live stream of a server: reading it, coming back where it stopped, telling why it
// cannot go on. Does not own: what is printed (commands/events-tail.ts). Start here: `EventFollower.run`.
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { reasonOf, requestTo } from './ask-server.ts'
import { CliError, failed } from './exit.ts'
import { MessageReader, type StreamMessage } from './server-sent-events.ts'

export interface Followed {
  /** Of the stream, with its query. */
  readonly url: string
  readonly token: string
  /** The file with the certificate that the server must show; absent: as this machine trusts. */
  readonly cert: string | undefined
  readonly signal: AbortSignal
  /** The stream is open for the first time: what came before can be looked up now. */
  readonly onOpen: () => Promise<void>
  /** One event as JSON. */
  readonly onEvent: (json: string) => void
  /** What the person should know: an interruption, a gap. */
  readonly say: (text: string) => void
}

const ANSWER_MS = 15_000
/** A stream gives a sign of life every five minutes at least (OAUTH2_EVENTS_STREAM_HEARTBEAT_SECS). */
const SILENCE_MS = 660_000
const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 15_000
const MOST_ERROR_BYTES = 65_536
const START = 'start the server, or name its address with --url or --port'
const GET_TOKEN =
  'ask /oauth/token for the scope admin, as a client that OAUTH2_ADMIN_CLIENT_IDS names (docs/guide/events.md)'

/** What the server answered instead of a stream. */
class Refusal extends Error {
  /** Absent: it would be refused again, however often one asks. */
  readonly againInMs: number | undefined
  readonly fix: string | undefined

  constructor(
    message: string,
    about: { readonly againInMs?: number | undefined; readonly fix?: string | undefined },
  ) {
    super(message)
    this.againInMs = about.againInMs
    this.fix = about.fix
  }
}

export class EventFollower {
  readonly #followed: Followed
  /** Of the last event that came. */
  #place: string | undefined
  #wasOpen = false
  #isInterrupted = false
  #pauseMs = FIRST_PAUSE_MS

  constructor(followed: Followed) {
    this.#followed = followed
  }

  /** Resolves when the signal aborts. Throws CliError when the server will not have us, or was never there. */
  async run(): Promise<void> {
    const { signal } = this.#followed
    while (!signal.aborted) {
      const waitMs = await this.#attempt()
      if (signal.aborted) return
      if (!this.#isInterrupted) this.#followed.say('the stream was interrupted; coming back …')
      this.#isInterrupted = true
      const pauseMs = Math.max(waitMs, this.#pauseMs)
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined)
      this.#pauseMs = Math.min(2 * this.#pauseMs, LONGEST_PAUSE_MS)
    }
  }

  /** One stream to its end. Resolves to how long the server wants to be left alone. */
  async #attempt(): Promise<number> {
    const { signal, url } = this.#followed
    try {
      await this.#read()
      return 0
    } catch (error) {
      if (signal.aborted) return 0
      if (error instanceof CliError) throw error
      const { againInMs, fix } = error instanceof Refusal ? error : { againInMs: 0, fix: START }
      if (this.#wasOpen && againInMs !== undefined) return againInMs
      const reason = error instanceof Refusal ? error.message : reasonOf(error)
      throw failed(`${new URL(url).origin}: ${reason}`, fix)
    }
  }

  async #read(): Promise<void> {
    const response = await this.#ask()
    // A site that shows a page at every address has no stream either.
    const isStream = response.headers['content-type']?.startsWith('text/event-stream') === true
    if (response.statusCode !== 200 || !isStream) throw await refusalOf(response)
    const reader = new MessageReader()
    for await (const text of response.setEncoding('utf8')) {
      for (const message of reader.push(text)) await this.#take(message)
    }
  }

  async #ask(): Promise<IncomingMessage> {
    const { url, token, cert, signal } = this.#followed
    const request = requestTo(url, {
      signal,
      cert,
      headers: {
        accept: 'text/event-stream',
        authorization: `Bearer ${token}`,
        ...(this.#place !== undefined && { 'last-event-id': this.#place }),
      },
    })
    request.setTimeout(ANSWER_MS, () => request.destroy(new Error('no answer in time')))
    request.end()
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    request.setTimeout(SILENCE_MS)
    request.on('error', () => undefined) // the response says it too
    return response
  }

  async #take({ event, id, data }: StreamMessage): Promise<void> {
    const { onEvent, onOpen, say } = this.#followed
    if (event === 'message') {
      this.#place = id
      onEvent(data)
      return
    }
    const said = JSON.parse(data) as { readonly start?: string; readonly reason?: string }
    if (event === 'ready') {
      const isFirst = !this.#wasOpen
      this.#wasOpen = true
      this.#isInterrupted = false
      this.#pauseMs = FIRST_PAUSE_MS
      if (isFirst) await onOpen()
      else say(said.start === 'resumed' ? 'back again' : 'back again; some events may be missing')
    } else if (event === 'end' && said.reason === 'token_ended') {
      throw failed('the token is good no more', 'get a new one and start again')
    }
  }
}

async function refusalOf(response: IncomingMessage): Promise<Refusal> {
  let text = ''
  for await (const chunk of response.setEncoding('utf8')) {
    text += chunk
    if (text.length > MOST_ERROR_BYTES) break
  }
  const { statusCode = 0, headers } = response
  const retryAfter = Number(headers['retry-after'] ?? 0)
  const isPassing = statusCode >= 500 || statusCode === 429
  const againInMs = isPassing && Number.isFinite(retryAfter) ? retryAfter * 1_000 : undefined
  const fix = statusCode === 401 || statusCode === 403 ? GET_TOKEN : undefined
  return new Refusal(`${descriptionIn(text)} (${statusCode})`, { againInMs, fix })
}

function descriptionIn(text: string): string {
  try {
    const { error_description: description } = JSON.parse(text)
    if (typeof description === 'string') return description
  } catch {
    // no server of ours
  }
  return 'there is no stream of events at this address'
}
