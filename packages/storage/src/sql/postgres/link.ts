import { Client, type QueryResult } from 'pg'
import { isHopeless, ServerRefused } from './errors.ts'
import { checkSession, type LinkUse, SESSION_CHECK, sessionSettings } from './session.ts'
import type { PostgresLocation } from './url.ts'
import { columnTypes } from './values.ts'

/** A statement for the wire. With a name it is prepared once on each connection. */
export interface Statement {
  readonly name?: string
  readonly text: string
  readonly values?: readonly unknown[]
}

/** Beyond the server's own statement timeout: then the network, not the statement, hangs. */
const ANSWER_GRACE_MS = 1_000
const CLOSE_MS = 1_000

/**
 * One connection. Statements are sent without waiting for the answers to those before. A statement
 * that is not answered in time breaks the connection, since everything behind it waits too.
 */
export class Link {
  readonly #client: Client
  #pending = 0
  #isUsable = true
  #warnings = 0
  #onEnd: (() => void) | undefined
  /** When the last answer came, on the clock of `performance.now`. */
  lastUsedAt: number = performance.now()

  private constructor(client: Client) {
    this.#client = client
    client.on('notice', (notice) => {
      if (notice.code?.startsWith('01')) this.#warnings++
    })
    client.on('end', () => this.#lost())
  }

  /** Connects and settles the session. Rejects with ServerRefused where another try is pointless. */
  static async open(location: PostgresLocation, use: LinkUse, timeoutMs: number): Promise<Link> {
    const client = new Client({
      host: location.host,
      port: location.port,
      database: location.database,
      user: location.user,
      password: location.password,
      ssl: location.tls,
      application_name: location.applicationName,
      connectionTimeoutMillis: timeoutMs,
      query_timeout: location.statementTimeoutMs + ANSWER_GRACE_MS,
      keepAlive: true,
      pipeline: true,
      types: columnTypes,
    })
    let link: Link | undefined
    client.on('error', () => link?.retire()) // the statements it strikes reject by themselves
    try {
      await client.connect()
      await client.query(sessionSettings(location, use))
      checkSession(await client.query(SESSION_CHECK), location, use)
    } catch (error) {
      client.connection.stream.destroy()
      throw openError(location, error)
    }
    link = new Link(client)
    return link
  }

  get isUsable(): boolean {
    return this.#isUsable
  }

  /** Statements that are not answered yet. */
  get pending(): number {
    return this.#pending
  }

  /** Warnings so far. A COMMIT that the server cannot vouch for answers with one. */
  get warnings(): number {
    return this.#warnings
  }

  /** Sends a statement. Rejects with the server's error, or the driver's when the connection ends. */
  async query(statement: Statement): Promise<QueryResult> {
    this.#pending++
    try {
      return await this.#client.query(statement as Statement & { values?: unknown[] }) // only read
    } finally {
      this.#pending--
      this.lastUsedAt = performance.now()
    }
  }

  /** Statements submitted until `uncork` go out as one packet where they fit. */
  cork(): void {
    this.#client.connection.stream.cork()
  }

  uncork(): void {
    this.#client.connection.stream.uncork()
  }

  /** Called once when the connection has ended for whatever reason. */
  onEnd(listener: () => void): void {
    this.#onEnd = listener
  }

  /** Takes no more statements; ends when those sent are answered. */
  retire(): void {
    if (!this.#isUsable) return
    this.#isUsable = false
    void this.close()
  }

  async close(): Promise<void> {
    this.#isUsable = false
    const limit = setTimeout(() => this.destroy(), CLOSE_MS)
    await this.#client.end().catch(() => this.destroy())
    clearTimeout(limit)
  }

  /** Ends at once; what was sent has no answer. */
  destroy(): void {
    this.#isUsable = false
    this.#client.connection.stream.destroy()
  }

  #lost(): void {
    this.#isUsable = false
    this.#onEnd?.()
    this.#onEnd = undefined
  }
}

function openError(location: PostgresLocation, error: unknown): Error {
  if (error instanceof ServerRefused) return error
  const reason = error instanceof Error ? error.message || String(error.cause ?? error.name) : error
  const message = `cannot open PostgreSQL database ${location.label}: ${reason}`
  return isHopeless(error)
    ? new ServerRefused(message, error)
    : new Error(message, { cause: error })
}
