import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '@grantd/testkit/ports'
import { createClient } from 'redis'

/** What an event of the test says: its key and its number. */
export interface Mark {
  readonly k: string
  readonly n: string
}

/** Where a relay delivers to: it can be taken away and brought back. */
export interface Broker {
  /** For the relay: `tcp:PORT`, `redis:PORT`, `kafka:PORT:TOPIC` or `rabbit:PORT:EXCHANGE`. */
  readonly target: string
  /** Resolves when it has taken `count` deliveries or more; the same event may be among them twice. */
  has(count: number): Promise<void>
  /** Breaks every connection in the middle of whatever it does, and comes back. */
  restart(): Promise<void>
  /** All that it took, in order. */
  taken(): Promise<readonly Mark[]>
  stop(): Promise<void>
}

/** Keeps what it takes in the process of the test. */
export class TcpBroker implements Broker {
  readonly #server: Server
  readonly #port: number
  readonly #sockets = new Set<Socket>()
  readonly #taken: Mark[] = []
  #waiting: { readonly count: number; readonly resolve: () => void } | undefined

  private constructor(server: Server, port: number) {
    this.#server = server
    this.#port = port
    server.on('connection', (socket) => this.#serve(socket))
  }

  static async start(): Promise<TcpBroker> {
    const port = await freePort()
    const server = createServer().listen(port, '127.0.0.1')
    await once(server, 'listening')
    return new TcpBroker(server, port)
  }

  get target(): string {
    return `tcp:${this.#port}`
  }

  has(count: number): Promise<void> {
    if (this.#taken.length >= count) return Promise.resolve()
    return new Promise((resolve) => {
      this.#waiting = { count, resolve }
    })
  }

  async restart(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
    await closed
    await delay(200) // the time of being away
    this.#server.listen(this.#port, '127.0.0.1')
    await once(this.#server, 'listening')
  }

  async taken(): Promise<readonly Mark[]> {
    return this.#taken
  }

  async stop(): Promise<void> {
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => this.#sockets.delete(socket))
    let rest = ''
    socket.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? '' // the end of a line that a killed relay never wrote counts for nothing
      for (const line of lines) {
        this.#take(JSON.parse(line) as Mark[])
        socket.write('taken\n')
      }
    })
  }

  #take(marks: readonly Mark[]): void {
    this.#taken.push(...marks)
    if (this.#waiting === undefined || this.#taken.length < this.#waiting.count) return
    this.#waiting.resolve()
    this.#waiting = undefined
  }
}

const STREAM = 'oauth2_events'
const PAGE = 5_000

/** A redis-server of its own that syncs each write, so that a kill loses nothing it acknowledged. */
export class RedisBroker implements Broker {
  readonly #folder: string
  readonly #port: number
  #server: ChildProcess

  private constructor(folder: string, port: number, server: ChildProcess) {
    this.#folder = folder
    this.#port = port
    this.#server = server
  }

  static async start(folder: string): Promise<RedisBroker> {
    const port = await freePort()
    const broker = new RedisBroker(folder, port, run(folder, port))
    await broker.#ready()
    return broker
  }

  get target(): string {
    return `redis:${this.#port}`
  }

  async has(count: number): Promise<void> {
    while ((await this.#length()) < count) await delay(100)
  }

  async restart(): Promise<void> {
    const ended = once(this.#server, 'exit')
    this.#server.kill('SIGKILL')
    await ended
    this.#server = run(this.#folder, this.#port)
    await this.#ready()
  }

  async taken(): Promise<readonly Mark[]> {
    const client = await this.#client()
    try {
      const marks: Mark[] = []
      for (let start = '-'; ; ) {
        const page = (await client.xRange(STREAM, start, '+', { COUNT: PAGE })) ?? []
        for (const { message } of page) marks.push(JSON.parse(message.payload ?? '').event.metadata)
        const last = page.at(-1)
        if (page.length < PAGE || last === undefined) return marks
        start = `(${last.id}`
      }
    } finally {
      client.destroy()
    }
  }

  async stop(): Promise<void> {
    const ended = once(this.#server, 'exit')
    this.#server.kill('SIGKILL')
    await ended
  }

  async #length(): Promise<number> {
    const client = await this.#client()
    try {
      return await client.xLen(STREAM)
    } finally {
      client.destroy()
    }
  }

  async #ready(): Promise<void> {
    for (;;) {
      try {
        const client = await this.#client()
        await client.ping()
        client.destroy()
        return
      } catch {
        await delay(50) // it still starts, or reads its log
      }
    }
  }

  async #client() {
    const client = createClient({
      url: `redis://127.0.0.1:${this.#port}`,
      socket: { reconnectStrategy: false },
    })
    client.on('error', () => undefined)
    await client.connect()
    return client
  }
}

function run(folder: string, port: number): ChildProcess {
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder]
  const durable = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', '']
  return spawn('redis-server', [...options, ...durable], { stdio: 'ignore' })
}
