import { randomUUID } from 'node:crypto'
import { createClient, RESP_TYPES } from 'redis'

const PREFIX = 'grantd:'
/** A queue longer than this is a Redis that does not keep up; what comes then is not asked for. */
const MOST_WAITING = 10_000

export interface LinkEvents {
  /** Another process of the deployment said this. */
  heard?(text: string): void
  /** An own pulse came back through the channel, so all that was said before it has come too. */
  echoed?(pulse: number): void
  /** The link is of no use any more. Told once. */
  broke(cause: unknown): void
}

export interface LinkAddress {
  readonly url: string
  /** On which processes talk to each other; without it nothing is said and nothing heard. */
  readonly channel?: string
}

/** Runs inside Redis, where nothing else happens meanwhile. */
export interface Script {
  readonly text: string
  /** SHA-1 of the text, by which Redis knows what it has run before. */
  readonly sha: string
}

type Client = ReturnType<typeof newClient>

/**
 * Connections to Redis: one for commands, and with a channel one that listens. It never reconnects: it
 * breaks; kept-link.ts makes the next one.
 */
export class Link {
  readonly #commands: Client
  readonly #listener: Client | undefined
  readonly #events: LinkEvents
  readonly #channel: string
  readonly #self = randomUUID()
  readonly #binary
  #isBroken = false

  /** Connects, and proves that everything needed is allowed. Rejects with Redis's or the system's reason. */
  static async open(address: LinkAddress, events: LinkEvents, timeoutMs: number): Promise<Link> {
    const link = new Link(address, events)
    const late = setTimeout(
      () => link.break(new Error(`no answer within ${timeoutMs} ms`)),
      timeoutMs,
    )
    try {
      await link.#connect()
      return link
    } catch (error) {
      link.break(error)
      throw link.#cause
    } finally {
      clearTimeout(late)
    }
  }

  #cause: unknown

  private constructor({ url, channel }: LinkAddress, events: LinkEvents) {
    this.#events = events
    this.#channel = PREFIX + (channel ?? '')
    this.#commands = newClient(url)
    this.#listener = channel === undefined ? undefined : newClient(url)
    this.#binary = this.#commands.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer })
    for (const client of this.#clients()) {
      client.on('error', (error) => this.break(error))
      client.on('end', () => this.break(new Error('the connection was closed')))
    }
  }

  async get(name: string): Promise<Uint8Array | undefined> {
    return (await this.#binary.get(PREFIX + name)) ?? undefined
  }

  /** `deadline` is absolute: a command that Redis gets to only later keeps nothing for longer. */
  async put(name: string, bytes: Uint8Array, deadline: number): Promise<void> {
    const expiration = { type: 'PXAT', value: Math.floor(deadline) } as const
    await this.#commands.set(PREFIX + name, Buffer.from(bytes), { expiration })
  }

  async say(text: string): Promise<void> {
    await this.#commands.publish(this.#channel, `${this.#self} ${text}`)
  }

  /** Sends a pulse through the channel and resolves to the time of Redis in milliseconds. */
  async pulse(number: number): Promise<number> {
    const said = this.#commands.publish(`${this.#channel}:${this.#self}`, String(number))
    const [time] = await Promise.all([this.time(), said])
    return time
  }

  /** The time of Redis in milliseconds. */
  async time(): Promise<number> {
    const time = await this.#commands.sendCommand(['TIME'])
    const [seconds, micros] = time as unknown as readonly [string, string] // of TIME, as RESP2 has it
    return Number(seconds) * 1_000 + Number(micros) / 1_000
  }

  /** Runs a script, once; sends its text only to a Redis that does not know it. */
  async run({ sha, text }: Script, keys: string[], args: string[]): Promise<unknown> {
    const given = { keys, arguments: args }
    try {
      return await this.#commands.evalSha(sha, given)
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error
      return this.#commands.eval(text, given)
    }
  }

  get isBroken(): boolean {
    return this.#isBroken
  }

  break(cause: unknown): void {
    if (this.#isBroken) return
    this.#isBroken = true
    this.#cause = cause
    for (const client of this.#clients()) if (client.isOpen) client.destroy()
    this.#events.broke(cause)
  }

  #clients(): readonly Client[] {
    return this.#listener === undefined ? [this.#commands] : [this.#commands, this.#listener]
  }

  async #connect(): Promise<void> {
    await Promise.all(this.#clients().map((client) => client.connect()))
    if (this.#listener === undefined) await this.time()
    else await this.#listen(this.#listener)
  }

  /** Listens, and proves that what is said is heard and what is put is kept. */
  async #listen(listener: Client): Promise<void> {
    await listener.subscribe(this.#channel, (text) => {
      if (!text.startsWith(this.#self)) this.#events.heard?.(text.slice(text.indexOf(' ') + 1))
    })
    const isEchoed = Promise.withResolvers<void>()
    await listener.subscribe(`${this.#channel}:${this.#self}`, (text) => {
      if (text === '0') isEchoed.resolve()
      else this.#events.echoed?.(Number(text))
    })
    const now = await this.pulse(0)
    await this.put(`probe:${this.#self}`, Buffer.of(1), now + 1_000)
    await this.get(`probe:${this.#self}`)
    await isEchoed.promise
  }
}

function newClient(url: string) {
  return createClient({
    url,
    RESP: 2,
    // What is asked while there is no connection is not worth an answer later.
    disableOfflineQueue: true,
    commandsQueueMaxLength: MOST_WAITING,
    disableClientInfo: true,
    maintNotifications: 'disabled',
    socket: { reconnectStrategy: false, connectTimeout: 5_000 },
  })
}
