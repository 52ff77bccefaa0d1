// Owns: one grantd database, in a folder of its own or where `env` says, and real `grantd serve` processes on it.

import { mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { UserId } from '@grantd/domain'
import { type OpenedStorage, openStorage } from '@grantd/storage'
import { freePort } from '@grantd/testkit/ports'
import type { Place } from './cores.ts'
import { HMAC_SECRET, RESOURCE } from './credentials.ts'
import { ServerProcess } from './process.ts'
import { addPeople } from './seed.ts'

const GRANTD = fileURLToPath(new URL('../bin/grantd.mjs', import.meta.url))
const HANDLERS = fileURLToPath(new URL('contenders/actors.ts', import.meta.url))

export type Token = 'ES256' | 'HS256' | 'opaque'

/**
 * Every hook of the HTTP layer has something to do: proxies are looked up, origins checked, requests
 * counted and logged.
 */
const ALL_HOOKS = {
  OAUTH2_TRUST_PROXY_HEADERS: 'true',
  OAUTH2_SERVER_TRUSTED_PROXIES: '10.0.0.0/8',
  OAUTH2_ALLOWED_ORIGINS: 'https://app.example',
  OAUTH2_LOG_ACCESS: 'true',
  OAUTH2_RATE_LIMIT_MAX_REQUESTS: '10000000',
  OAUTH2_RATE_LIMIT_CLIENT_MAX_REQUESTS: '10000000',
  OAUTH2_RATE_LIMIT_CREDENTIALS_MAX_REQUESTS: '10000000',
}

export class Site {
  readonly storage: OpenedStorage
  readonly userId: UserId
  readonly #folder: string
  readonly #env: Readonly<Record<string, string>>
  readonly #servers: ServerProcess[] = []

  private constructor(
    folder: string,
    env: Readonly<Record<string, string>>,
    opened: { storage: OpenedStorage; userId: UserId },
  ) {
    this.#folder = folder
    this.#env = env
    this.storage = opened.storage
    this.userId = opened.userId
  }

  static async create(token: Token, env: Readonly<Record<string, string>> = {}): Promise<Site> {
    const folder = mkdtempSync(path.join(tmpdir(), 'grantd-bench-'))
    const database = env.OAUTH2_DATABASE_URL ?? `sqlite:${path.join(folder, 'grantd.db')}`
    const storage = await openStorage(database)
    const userId = await addPeople(storage)
    const settings = {
      ...ALL_HOOKS,
      OAUTH2_DATABASE_URL: database,
      OAUTH2_ENCRYPTION_KEY: '5a'.repeat(32),
      OAUTH2_JWT_ALGORITHM: token === 'HS256' ? 'HS256' : 'ES256',
      OAUTH2_ID_TOKEN_ALG: 'ES256',
      OAUTH2_JWT_SECRET: HMAC_SECRET,
      OAUTH2_JWT_AUDIENCE: RESOURCE,
      OAUTH2_ACCESS_TOKENS_OPAQUE: String(token === 'opaque'),
      ...env,
    }
    return new Site(folder, settings, { storage, userId })
  }

  /** `grantd serve` as an operator starts it. */
  serve(place: Place = 'server', nodeOptions: readonly string[] = []): Promise<ServerProcess> {
    return this.#start(place, [...nodeOptions, GRANTD, 'serve'])
  }

  /** The same server, put together by contenders/actors.ts: with the actors, or around them. */
  serveHandlers(through: 'actors' | 'nothing'): Promise<ServerProcess> {
    return this.#start('server', [HANDLERS, through])
  }

  async #start(place: Place, script: readonly string[]): Promise<ServerProcess> {
    const port = await freePort()
    const server = await ServerProcess.start({
      command: [process.execPath, ...script],
      port,
      probe: '/ready',
      cwd: this.#folder,
      env: {
        ...this.#env,
        OAUTH2_SERVER_PORT: String(port),
        OAUTH2_PUBLIC_URL: `http://127.0.0.1:${port}`,
      },
      place,
      stdout: openSync(path.join(this.#folder, `access-${port}.log`), 'a'),
    })
    this.#servers.push(server)
    return server
  }

  async close(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.stop()))
    await this.storage.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
