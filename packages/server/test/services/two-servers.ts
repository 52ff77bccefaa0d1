// Owns: two real servers on one PostgreSQL database and one Redis, and who asks them.

import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { freePort } from '@grantd/testkit/ports'
import { freshDatabase } from '@grantd/testkit/postgres'
import { PrivateRedis } from '@grantd/testkit/redis'
import { Caller } from '../crash/caller.ts'
import {
  addClient,
  addUsers,
  type ClientKeys,
  type SignedInUser,
  withStorage,
} from '../crash/prepare.ts'
import { addRefreshTokens } from '../crash/prepare-grants.ts'
import { GRANTD, ServerProcess, Site } from '../crash/server-process.ts'

export interface Server {
  readonly process: ServerProcess
  readonly caller: Caller
}

export class TwoServers {
  readonly redis: PrivateRedis
  readonly site: Site
  readonly a: Server
  readonly b: Server
  readonly client: ClientKeys
  readonly user: SignedInUser
  readonly #open: AsyncDisposableStack

  private constructor(parts: {
    redis: PrivateRedis
    site: Site
    a: Server
    b: Server
    client: ClientKeys
    user: SignedInUser
    open: AsyncDisposableStack
  }) {
    this.redis = parts.redis
    this.site = parts.site
    this.a = parts.a
    this.b = parts.b
    this.client = parts.client
    this.user = parts.user
    this.#open = parts.open
  }

  static async start(env: Readonly<Record<string, string>> = {}): Promise<TwoServers> {
    await using starting = new AsyncDisposableStack()
    const database = starting.use(await freshDatabase())
    const redis = starting.use(await PrivateRedis.start())
    const site = starting.use(
      await Site.create({
        OAUTH2_DATABASE_URL: database.url,
        OAUTH2_CACHE_REDIS_URL: redis.url,
        OAUTH2_JANITOR_INTERVAL_SECS: '0',
        ...env,
      }),
    )
    const server = async (port: number): Promise<Server> => {
      const process = starting.use(await ServerProcess.start(site, { port }))
      const caller = new Caller(port, 8)
      starting.defer(() => caller.close())
      return { process, caller }
    }
    const a = await server(site.port)
    const b = await server(await freePort())
    const { client, user } = await withStorage(site, async (storage) => {
      const [user] = await addUsers(storage, ['ada'])
      if (user === undefined) throw new Error('no user was added')
      return { client: await addClient(storage, 'api'), user }
    })
    return new TwoServers({ redis, site, a, b, client, user, open: starting.move() })
  }

  /** An access token of the user, and the refresh token of its family. */
  async signIn(): Promise<{ accessToken: string; refreshToken: string }> {
    const { site, client, user } = this
    const [refresh = ''] = await withStorage(site, (storage) =>
      addRefreshTokens(storage, client, user, 1),
    )
    return this.a.caller.refresh(client, refresh)
  }

  /** Resolves when `server` answers from what the other one put into Redis. */
  async untilShared(server: Server): Promise<void> {
    const other = server === this.a ? this.b : this.a
    const before = await this.#hits()
    do {
      const { accessToken } = await other.caller.clientCredentials(this.client)
      // What is asked for a second time is shared.
      await other.caller.introspect(this.client, accessToken)
      await other.caller.introspect(this.client, accessToken)
      await server.caller.introspect(this.client, accessToken)
    } while ((await this.#hits()) === before)
  }

  /** Runs `grantd` beside the servers, with their settings. */
  async grantd(...args: readonly string[]): Promise<void> {
    const { code, talk } = await runGrantd(this.site, args)
    assert.equal(code, 0, talk)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#open.disposeAsync()
  }

  async #hits(): Promise<number> {
    const stats = await this.redis.command('INFO stats')
    return Number(/keyspace_hits:(\d+)/.exec(stats)?.[1])
  }
}

/** Resolves to its exit code and all that it said. */
export async function runGrantd(
  site: Site,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: number | null; talk: string }> {
  const child: ChildProcess = spawn(process.execPath, [GRANTD, ...args], {
    cwd: site.folder,
    env: { PATH: process.env.PATH, ...site.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let talk = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      talk += text
    })
  }
  const [code] = await once(child, 'close')
  return { code, talk }
}
