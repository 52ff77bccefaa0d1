import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type ClientRequest, type IncomingMessage, request } from 'node:http'

/** One message of a stream of server-sent events. */
export interface StreamMessage {
  readonly event: string
  readonly id: string | undefined
  readonly data: ReturnType<typeof JSON.parse>
}

/** Reads a stream of server-sent events as a console does. */
export class EventReader {
  readonly response: IncomingMessage
  readonly #request: ClientRequest
  readonly #messages: AsyncGenerator<StreamMessage>

  private constructor(sent: ClientRequest, response: IncomingMessage) {
    this.#request = sent
    this.response = response
    this.#messages = messagesOf(response)
  }

  static async open(url: string, headers: Readonly<Record<string, string>>): Promise<EventReader> {
    const sent = request(url, { headers: { accept: 'text/event-stream', ...headers } })
    sent.end()
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    return new EventReader(sent, response)
  }

  /** Rejects when the stream ends first. */
  async next(): Promise<StreamMessage> {
    const { value, done } = await this.#messages.next()
    if (done === true) assert.fail('the stream ended')
    return value
  }

  /** The next message of a kind; others before it are passed over. */
  async find(wanted: (message: StreamMessage) => boolean): Promise<StreamMessage> {
    for (;;) {
      const message = await this.next()
      if (wanted(message)) return message
    }
  }

  /** All that is left, until the server ends the stream. */
  async rest(): Promise<readonly StreamMessage[]> {
    const rest: StreamMessage[] = []
    for await (const message of this.#messages) rest.push(message)
    return rest
  }

  leave(): void {
    this.#request.on('error', () => undefined)
    this.#request.destroy()
  }
}

async function* messagesOf(response: IncomingMessage): AsyncGenerator<StreamMessage> {
  let text = ''
  for await (const chunk of response.setEncoding('utf8')) {
    text += chunk
    for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
      const message = messageOf(text.slice(0, end))
      text = text.slice(end + 2)
      if (message !== undefined) yield message
    }
  }
}

/** A comment, or a pause before coming back, is no message. */
function messageOf(block: string): StreamMessage | undefined {
  const fields = new Map<string, string>()
  for (const line of block.split('\n')) {
    const [, name, value] = /^(\w+): (.*)$/.exec(line) ?? []
    if (name !== undefined && value !== undefined) fields.set(name, value)
  }
  const data = fields.get('data')
  if (data === undefined) return undefined
  return { event: fields.get('event') ?? 'message', id: fields.get('id'), data: JSON.parse(data) }
}
