// Owns: `serve --check`: whether the server would start, without changing anything.

import { existsSync } from 'node:fs'
import { systemClock } from '@grantd/domain'
import { Keyring } from '@grantd/oauth'
import {
  bucketsProblem,
  databaseFile,
  migrationStatus,
  openStorage,
  readOnlyUrl,
  redisProblem,
} from '@grantd/storage'
import { formatProblems } from '../config/format.ts'
import type { Settings } from '../config/settings.ts'
import { rateLimitRefusal, redisOfLimits } from '../rate-limits/open.ts'
import { encryptionKeyOf, findEncryptionKey, hmacSecretOf } from '../secrets.ts'
import { redisRefusal } from '../shared-cache.ts'
import { EXIT, type ExitCode } from './exit.ts'
import { loadToServe } from './load-to-serve.ts'
import { isInMemory, type Whereabouts } from './locate.ts'
import { hasColour } from './report.ts'

/** Throws what the start would throw. */
export async function checkStart(where: Whereabouts): Promise<ExitCode> {
  const { terminal } = where
  const { settings, problems } = loadToServe(where)
  if (problems.length > 0) terminal.say(formatProblems(problems, { colour: hasColour(terminal) }))
  terminal.say('ok  configuration')
  if (!settings.allow_insecure_defaults) encryptionKeyOf(settings, 'serve')
  terminal.say(`ok  database: ${await checkDatabase(settings)}`)
  const { redis_url } = settings.cache
  if (redis_url !== undefined) terminal.say(`ok  cache: ${await checkCache(redis_url)}`)
  const limits = redisOfLimits(settings)
  if (limits !== undefined) terminal.say(`ok  limits: ${await checkLimits(limits)}`)
  terminal.say(`ok  keys: ${await checkKeys(settings)}`)
  return EXIT.ok
}

async function checkDatabase(settings: Settings): Promise<string> {
  const { url } = settings.database
  if (isInMemory({ settings })) return 'in memory, gone at the end'
  const file = await databaseFile(url)
  if (file !== undefined && !existsSync(file)) return `${file} will be made at the first start`
  const { applied, pending } = await migrationStatus(url, { requireTransactions: true })
  return pending.length > 0
    ? `${pending.length} migration(s) will be applied at the start`
    : `${applied.length} migration(s) applied`
}

async function checkCache(url: string): Promise<string> {
  const problem = await redisProblem(url, REDIS_MS)
  if (problem !== undefined) throw redisRefusal(url, problem)
  return `Redis at ${new URL(url).host}`
}

async function checkLimits(url: string): Promise<string> {
  const problem = await bucketsProblem(url, REDIS_MS)
  if (problem !== undefined) throw rateLimitRefusal(url, problem)
  return `counted in Redis at ${new URL(url).host}`
}

async function checkKeys(settings: Settings): Promise<string> {
  const { url } = settings.database
  if (isInMemory({ settings })) return MADE_LATER
  const file = await databaseFile(url)
  if (file !== undefined && !existsSync(file)) return MADE_LATER
  if ((await migrationStatus(url)).pending.length > 0) return 'looked at after the migrations'
  const storage = await openStorage(readOnlyUrl(url), { requireTransactions: true })
  try {
    const keyring = new Keyring({
      storage,
      clock: systemClock,
      encryptionKey: findEncryptionKey(settings) ?? Buffer.alloc(0),
      hmacSecret: hmacSecretOf(settings, 'tool'),
    })
    await keyring.load()
    return keyring.keys.length === 0 ? MADE_LATER : 'all of them open'
  } finally {
    await storage.close()
  }
}

const REDIS_MS = 5_000
const MADE_LATER = 'made at the first start'
