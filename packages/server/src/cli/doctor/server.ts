// Owns: checks of grantd itself: configuration, database, keys, administrator, listener, issuer.
import { existsSync } from 'node:fs'
import { systemClock } from '@grantd/domain'
import { Keyring } from '@grantd/oauth'
import { findDamage, migrationStatus, redisProblem } from '@grantd/storage'
import { baseUrlOf, issuerOf } from '../../config/issuer.ts'
import { findEncryptionKey, hmacSecretOf } from '../../secrets.ts'
import { askServer, listenerOf } from '../ask-server.ts'
import { readAs } from '../effective.ts'
import { isInMemory, portOf } from '../locate.ts'
import { choosePort } from '../port.ts'
import type { Patient, Verdict } from './finding.ts'
import { fail, ofSettings, ofStorage, ok, skip, warn } from './finding.ts'

const ANSWER_MS = 3_000

export function configuration({ where, located }: Patient): Verdict {
  const isDev = located?.mode === 'dev'
  const { problems } = readAs(isDev ? 'dev' : 'serve', where)
  const errors = problems.filter(({ severity }) => severity === 'error')
  const { config } = where.options
  const file = config === undefined ? '' : ` --config ${config}`
  const see = `grantd config check${isDev ? ' --dev' : ''}${file}`
  const codes = [...new Set(problems.map(({ code }) => code))].join(', ')
  if (errors.length > 0) return fail(`${errors.length} problem(s): ${codes}`, see)
  if (problems.length > 0) return warn(`${problems.length} warning(s): ${codes}`, see)
  return ok(isDev ? 'as "grantd dev" reads it' : 'as "grantd serve" reads it')
}

export const database = ofSettings(async ({ database: { url } }, { file }, located) => {
  if (isInMemory(located)) {
    return warn('in memory: gone when the server stops', 'use sqlite:<file>')
  }
  if (file !== undefined && !existsSync(file)) return skip(`${file} is made at the first start`)
  const name = file ?? 'the database'
  const requireTransactions = located.mode !== 'dev'
  const { applied, pending } = await migrationStatus(url, { requireTransactions })
  if (pending.length > 0) {
    return warn(`${name} lacks ${pending.join(', ')}`, 'grantd migrate up, or start the server')
  }
  const damage = await findDamage(url)
  if (damage.length > 0) {
    return fail(
      `${name} is damaged: ${damage.join('; ')}`,
      file === undefined
        ? 'do what it says there, then ask grantd doctor again'
        : 'stop the server, keep a copy of the file, restore a backup',
    )
  }
  return ok(`${name}, ${applied.length} migration(s) applied, sound`)
})

export const cache = ofSettings(async ({ cache: { redis_url: url, sessions } }) => {
  if (url === undefined) return ok('none: each process remembers by itself')
  const problem = await redisProblem(url, ANSWER_MS)
  const { host } = new URL(url)
  if (problem === undefined) return ok(`Redis at ${host}${sessions ? ', sessions too' : ''}`)
  return fail(
    `Redis at ${host} cannot be used: ${problem}`,
    'start it, or correct OAUTH2_CACHE_REDIS_URL; a server that runs goes on without it, slower',
  )
})

export const keys = ofStorage(async (storage, { settings }) => {
  const stored = await storage.keys.list()
  if (stored.length === 0) return skip('made at the first start')
  const encryptionKey = findEncryptionKey(settings)
  if (encryptionKey === undefined) {
    return fail(
      'the encryption key that opens them is gone',
      'put it back from your backup: encryption.key in the data folder, or OAUTH2_ENCRYPTION_KEY',
    )
  }
  const hmacSecret = hmacSecretOf(settings, 'tool')
  const keyring = new Keyring({ storage, clock: systemClock, encryptionKey, hmacSecret })
  await keyring.load()
  const { algorithm, id_token_algorithm } = settings.jwt
  const wanted = [...new Set([algorithm, id_token_algorithm])].filter((name) => name !== 'HS256')
  const missing = wanted.filter(
    (name) => !stored.some((key) => key.algorithm === name && key.state === 'active'),
  )
  if (missing.length > 0) {
    return warn(`no active key for ${missing.join(', ')}`, 'start the server: it makes them')
  }
  const published = stored.filter(({ state }) => state !== 'retired').length
  return ok(`${wanted.join(' and ') || 'HS256'} sign, ${published} published, all of them open`)
})

export const administrator = ofStorage(async (storage) => {
  const count = await storage.users.countAdmins()
  if (count === 0) return warn('nobody administers this server yet', 'grantd admin setup-link')
  return ok(`${count} account(s)`)
})

export const listener = ofSettings(async ({ server }, _patient, located) => {
  const { url, cert } = listenerOf(located)
  const answer = await askServer(`${url}/ready`, ANSWER_MS, cert)
  if (isGrantd(answer)) return ok(`grantd answers at ${url} (${statusOf(answer)})`)
  if (answer.outcome === 'answer') {
    return fail(`another program answers at ${url}`, 'stop it, or set OAUTH2_SERVER_PORT')
  }
  await choosePort({ host: server.host, port: portOf(located), mayMove: false })
  return ok(`${server.host}:${server.port} is free; no server runs`)
})

/** Clients reach the server by its issuer, through every proxy in between. */
export const issuer = ofSettings(async (settings, _patient, located) => {
  const { url, cert } = listenerOf(located)
  const running = await askServer(`${url}/ready`, ANSWER_MS, cert)
  const base = baseUrlOf(settings, portOf(located), located.mode)
  const wanted = issuerOf(settings, portOf(located), located.mode)
  if (!isGrantd(running)) return skip(`${wanted} is not asked: no server runs here`)
  const address = `${base}/.well-known/openid-configuration`
  const answer = await askServer(address, ANSWER_MS)
  if (answer.outcome === 'none') {
    return fail(`${address} does not answer: ${answer.reason}`, 'check DNS, proxy and certificate')
  }
  const told = (answer.body as { issuer?: unknown } | undefined)?.issuer
  if (told === wanted) return ok(wanted)
  return fail(
    `${address} answers ${answer.status} with the issuer ${JSON.stringify(told)}, not ${wanted}`,
    'let the proxy pass this path on to grantd, and set OAUTH2_PUBLIC_URL to what clients use',
  )
})

type Answer = Awaited<ReturnType<typeof askServer>>

function statusOf(answer: Answer): string | undefined {
  if (answer.outcome === 'none') return undefined
  const { status } = (answer.body ?? {}) as { status?: unknown }
  return typeof status === 'string' ? status : undefined
}

function isGrantd(answer: Answer): boolean {
  return ['ready', 'not_ready', 'draining'].includes(statusOf(answer) ?? '')
}
