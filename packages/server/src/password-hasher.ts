// Owns: how passwords are hashed and how many at once. Does not own: Argon2id itself.
import { randomBytes } from 'node:crypto'
import { type PasswordHash, type PasswordHasher, temporarilyUnavailable } from '@grantd/domain'
import type { Log } from '@grantd/oauth'
import * as nodeArgon2 from './argon2-node.ts'

/** OWASP's floor for Argon2id: 19 MiB, two passes, one lane. */
const SETTINGS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const
/** Half a minute of hashing: whoever comes later is told so now instead of waiting for a time-out. */
const MAX_WAITING = 1_000
const MARK = `m=${SETTINGS.memoryCost},t=${SETTINGS.timeCost},p=${SETTINGS.parallelism}`

/** Argon2id on PHC strings; two implementations read each other's hashes. */
export interface Argon2 {
  hash(password: string, settings: typeof SETTINGS): Promise<string>
  /** False for a wrong password; rejects for text that is no hash. */
  verify(hashed: string, password: string): Promise<boolean>
}

/** Hears how hashing goes. Must not throw. */
export interface HashingGauge {
  /** So many wait now. */
  waiting(count: number): void
  done(waitMs: number, runMs: number): void
  /** Too many wait. */
  refused(): void
}

export interface HasherOptions {
  /** How many hashes run at once: each takes 19 MiB and a thread of the pool that file and DNS work
   * share, so a flood of sign-ins must queue here and not there. */
  readonly atOnce?: number
  readonly log?: Pick<Log, 'warn'>
  readonly gauge?: HashingGauge | undefined
  /** Loads the native implementation; where its binary is missing, the one of Node serves. */
  readonly load?: () => Promise<Argon2>
}

export async function createPasswordHasher(options: HasherOptions = {}): Promise<PasswordHasher> {
  const argon2 = await loadArgon2(options)
  const gated = gate(options.atOnce ?? 2, options.gauge)
  // What an unknown account is compared with, so that it costs the time of a known one.
  const nobody = await argon2.hash(randomBytes(16).toString('hex'), SETTINGS)
  return {
    hash: (password) => gated(async () => (await argon2.hash(password, SETTINGS)) as PasswordHash),
    verify: (password, expected) =>
      gated(async () => {
        const isMatch = await argon2.verify(expected ?? nobody, password)
        return isMatch && expected !== undefined
      }),
    isOutdated: (stored) => !stored.startsWith('$argon2id$') || !stored.includes(MARK),
  }
}

async function loadArgon2({ log, load = loadNative }: HasherOptions): Promise<Argon2> {
  try {
    return await load()
  } catch (error) {
    log?.warn(
      { reason: error instanceof Error ? error.message.split('\n', 1)[0] : String(error) },
      'the native Argon2 cannot be loaded; passwords are hashed by Node itself',
    )
    return nodeArgon2
  }
}

export async function loadNative(): Promise<Argon2> {
  const { hash, verify } = await import('@node-rs/argon2')
  return { hash, verify }
}

function gate(
  atOnce: number,
  gauge: HashingGauge | undefined,
): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let running = 0
  const waiting: (() => void)[] = []
  return async (work) => {
    if (running >= atOnce && waiting.length >= MAX_WAITING) {
      gauge?.refused()
      throw temporarilyUnavailable()
    }
    const cameAt = performance.now()
    if (running >= atOnce) {
      const turn = new Promise<void>((go) => waiting.push(go))
      gauge?.waiting(waiting.length)
      await turn
    } else running++
    const startedAt = performance.now()
    try {
      return await work()
    } finally {
      gauge?.done(startedAt - cameAt, performance.now() - startedAt)
      const next = waiting.shift()
      gauge?.waiting(waiting.length)
      if (next === undefined) running--
      else next() // hands the place on; the count stays
    }
  }
}
