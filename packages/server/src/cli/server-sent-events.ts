/** One message of a stream of server-sent events; one without `data` is none. */
export interface StreamMessage {
  readonly event: string
  readonly id: string | undefined
  readonly data: string
}

/** Longer than any event of a server. */
const LONGEST_MESSAGE = 1_048_576

/** Takes text as it comes and gives the messages that are whole. Throws when one has no end. */
export class MessageReader {
  #rest = ''

  push(text: string): readonly StreamMessage[] {
    const blocks = (this.#rest + text).split('\n\n')
    this.#rest = blocks.pop() ?? ''
    if (this.#rest.length > LONGEST_MESSAGE) throw new Error('a message of the stream has no end')
    return blocks.map(messageOf).filter((message) => message !== undefined)
  }
}

function messageOf(block: string): StreamMessage | undefined {
  let event = 'message'
  let id: string | undefined
  const data: string[] = []
  for (const line of block.split('\n')) {
    const [, name, value = ''] = /^([a-z]+):? ?(.*)$/.exec(line) ?? []
    if (name === 'event') event = value
    else if (name === 'id') id = value
    else if (name === 'data') data.push(value)
  }
  return data.length === 0 ? undefined : { event, id, data: data.join('\n') }
}
