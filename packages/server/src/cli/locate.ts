// Owns: which configuration a command works with, so that tools find the database of the server.
// Start here: `locate`. The rule is in docs/guide/cli.md.
import { existsSync } from 'node:fs'
import { databaseFile } from '@grantd/storage'
import { type LoadedSettings, type LoadOptions, loadSettings } from '../config/load.ts'
import type { Mode } from '../config/mode.ts'
import { ConfigError } from '../config/problem.ts'
import { failed, usageError } from './exit.ts'
import { runningDev } from './running.ts'
import type { Terminal } from './terminal.ts'

/** What the command line says about the configuration. */
export interface Whereabouts {
  readonly options: {
    readonly config?: string | undefined
    readonly port?: string | undefined
    readonly dev?: boolean
  }
  readonly settingFlags: Readonly<Record<string, string>>
  readonly terminal: Terminal
}

export interface Located extends LoadedSettings {
  /** `dev` for the database of `grantd dev`; otherwise what `grantd serve` would use. */
  readonly mode: Mode
}

/** The settings as `mode` reads them. Throws ConfigError. */
export function load(mode: Mode, { options, settingFlags, terminal }: Whereabouts): LoadedSettings {
  return loadSettings(loadOptions(mode, { options, settingFlags, terminal }))
}

function loadOptions(mode: Mode, where: Whereabouts): LoadOptions {
  const { options, settingFlags, terminal } = where
  const argvFlags: Record<string, string> = {
    ...settingFlags,
    ...(options.config !== undefined && { config: options.config }),
    ...(options.port !== undefined && { 'server.port': options.port }),
  }
  return { mode, env: terminal.env, cwd: terminal.cwd, argvFlags }
}

/**
 * A database that is configured is the one. Without, it is the one of `grantd dev` in the data folder,
 * or the default of `grantd serve`, whichever exists; with both there, the operator must say. Where
 * nothing is configured at all only `grantd dev` could start, so it is that.
 */
export async function locate(where: Whereabouts): Promise<Located> {
  if (where.options.dev === true) return { ...load('dev', where), mode: 'dev' }
  const asTool = load('tool', where)
  if (asTool.sources.has('database.url')) return { ...asTool, mode: 'tool' }
  const asDev = devSettings(where)
  if (asDev === undefined) return { ...asTool, mode: 'tool' }
  const devFile = await existingFile(asDev)
  const serveFile = await existingFile(asTool)
  if (devFile !== undefined && serveFile !== undefined) {
    throw usageError(
      `there are two databases here: ${devFile} (grantd dev) and ${serveFile} (grantd serve)`,
      `say which: --dev, or --database.url sqlite:${serveFile}`,
    )
  }
  const isDev = devFile !== undefined || (serveFile === undefined && !isConfigured(asTool))
  return isDev ? { ...asDev, mode: 'dev' } : { ...asTool, mode: 'tool' }
}

async function existingFile({ settings }: LoadedSettings): Promise<string | undefined> {
  const file = await databaseFile(settings.database.url)
  return file !== undefined && existsSync(file) ? file : undefined
}

/** Flags belong to one command, and how a server logs says nothing about which server it is. */
function isConfigured({ sources }: LoadedSettings): boolean {
  return [...sources].some(([key, { from }]) => from !== 'flag' && !key.startsWith('log.'))
}

/** Development mode may be misconfigured on a machine that only serves; that is no fault here. */
function devSettings(where: Whereabouts): LoadedSettings | undefined {
  try {
    return load('dev', where)
  } catch (error) {
    if (error instanceof ConfigError) return undefined
    throw error
  }
}

/** The port the server has: the one that the command names, that `grantd dev` took, or the configured one. */
export function portOf({ mode, settings, sources }: Located): number {
  const isNamed = sources.get('server.port')?.from === 'flag'
  const running = mode === 'dev' && !isNamed ? runningDev(settings.data.dir) : undefined
  return running?.port ?? settings.server.port
}

/** Nothing outside the server's process can see such a database. */
export function isInMemory({ settings }: Pick<Located, 'settings'>): boolean {
  return settings.database.url.startsWith('memory:')
}

/** The database of a server in another process, which is the only kind a tool can work on. */
export async function requireDatabase(located: Located): Promise<string | undefined> {
  if (isInMemory(located)) {
    throw failed(
      'the database memory: lives inside the server and cannot be reached from here',
      'use a file: OAUTH2_DATABASE_URL=sqlite:oauth2.db',
    )
  }
  const file = await databaseFile(located.settings.database.url)
  if (file === undefined || existsSync(file)) return file
  throw failed(
    `there is no database at ${file} yet`,
    'start the server once (grantd dev, or grantd serve), or make it: grantd migrate up',
  )
}
