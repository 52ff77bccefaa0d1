// Owns: starting each contender. One file so that a scenario only names whom it compares.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { OpenedStorage } from '@grantd/storage'
import { freePort } from '@grantd/testkit/ports'
import { ServerProcess } from './process.ts'
import { addCodes, addRefreshTokens } from './seed.ts'
import { Site, type Token } from './site.ts'

export type Spendable = 'codes' | 'refresh'

/** A contender that is up. */
export interface Contender {
  readonly servers: readonly ServerProcess[]
  /** Seconds of CPU time that others have spent for it, such as its database. */
  readonly spentBeside?: () => number
  /** Fresh codes or refresh tokens, each good for one request. */
  make(kind: Spendable, count: number): Promise<readonly string[]>
  stop(): Promise<void>
}

export type StartContender = () => Promise<Contender>

/** node:http and nothing else. */
export const bare = yardstick('bare.ts')

/** The framework that grantd stands on, with the same headers. */
export const framework = yardstick('framework.ts')

function yardstick(name: string): StartContender {
  return async () => {
    const port = await freePort()
    const server = await ServerProcess.start({
      command: [process.execPath, script(name)],
      port,
      probe: '/',
      env: { PORT: String(port) },
    })
    return { servers: [server], make: () => nothing(), stop: () => server.stop() }
  }
}

/** grantd as operators run it, with every hook on, in one process or in two on one database. */
export function grantd(
  token: Token,
  processes: 1 | 2 = 1,
  env: Readonly<Record<string, string>> = {},
  prepare: (storage: OpenedStorage) => Promise<void> = async () => {},
): StartContender {
  return async () => {
    const site = await Site.create(token, env)
    await prepare(site.storage)
    const servers = [await site.serve(processes === 1 ? 'server' : 'servers')]
    if (processes === 2) servers.push(await site.serve('servers'))
    return contenderOn(site, servers)
  }
}

/** For what the actors cost: the same server with and without them. */
export function handlers(through: 'actors' | 'nothing'): StartContender {
  return async () => {
    const site = await Site.create('ES256')
    return contenderOn(site, [await site.serveHandlers(through)])
  }
}

export function oidcProvider(
  format: 'jwt' | 'opaque',
  adapter: 'memory' | 'sqlite',
): StartContender {
  return async () => {
    const port = await freePort()
    const folder = mkdtempSync(path.join(tmpdir(), 'grantd-bench-'))
    const server = await ServerProcess.start({
      command: [process.execPath, script('oidc-provider.ts')],
      port,
      probe: '/.well-known/openid-configuration',
      env: {
        PORT: String(port),
        FORMAT: format,
        ADAPTER: adapter,
        DATABASE: path.join(folder, 'oidc-provider.db'),
        NODE_ENV: 'production',
      },
    })
    return {
      servers: [server],
      make: (kind, count) => server.ask<string[]>({ make: kind, count }),
      stop: async () => {
        await server.stop()
        rmSync(folder, { recursive: true, force: true })
      },
    }
  }
}

/** A site that is up, as traffic sees it. */
export function contenderOn(site: Site, servers: readonly ServerProcess[]): Contender {
  const { storage, userId } = site
  return {
    servers,
    make: (kind, count) =>
      kind === 'codes'
        ? addCodes(storage, userId, count)
        : addRefreshTokens(storage, userId, count),
    stop: () => site.close(),
  }
}

function script(name: string): string {
  return path.join(import.meta.dirname, 'contenders', name)
}

async function nothing(): Promise<readonly string[]> {
  return []
}
