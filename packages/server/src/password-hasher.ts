import { randomBytes } from 'node:crypto'
import { type PasswordHash, type PasswordHasher, temporarilyUnavailable } from '@grantd/domain'
import { hash, verify } from '@node-rs/argon2'

/** OWASP's floor for Argon2id: 19 MiB, two passes, one lane. */
const SETTINGS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const
/** Half a minute of hashing: whoever comes later is told so now instead of waiting for a time-out. */
const MAX_WAITING = 1_000
const MARK = `m=${SETTINGS.memoryCost},t=${SETTINGS.timeCost},p=${SETTINGS.parallelism}`

/**
 * Argon2id with at most `atOnce` hashes running: each takes 19 MiB and a thread of the pool that file
 * and DNS work share, so a flood of sign-ins must queue here and not there.
 */
export async function createPasswordHasher(atOnce = 2): Promise<PasswordHasher> {
  let running = 0
  const waiting: (() => void)[] = []
  async function gated<Result>(work: () => Promise<Result>): Promise<Result> {
    if (running >= atOnce && waiting.length >= MAX_WAITING) {
      throw temporarilyUnavailable()
    }
    if (running >= atOnce) await new Promise<void>((go) => waiting.push(go))
    else running++
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) running--
      else next() // hands the place on; the count stays
    }
  }
  // What an unknown account is compared with, so that it costs the time of a known one.
  const nobody = await hash(randomBytes(16).toString('hex'), SETTINGS)
  return {
    hash: (password) => gated(async () => (await hash(password, SETTINGS)) as PasswordHash),
    verify: (password, expected) =>
      gated(async () => {
        const isMatch = await verify(expected ?? nobody, password)
        return isMatch && expected !== undefined
      }),
    isOutdated: (stored) => !stored.startsWith('$argon2id$') || !stored.includes(MARK),
  }
}
