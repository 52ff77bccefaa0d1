// Owns: how passwords are hashed and how many at once. Does not own: Argon2id itself.
import { randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { type PasswordHash, type PasswordHasher, temporarilyUnavailable } from '@grantd/domain'
import { type WaitingGauge, WaitingRoom } from '@grantd/limits'
import type { Log } from '@grantd/oauth'
import * as nodeArgon2 from './argon2-node.ts'
import { lowerPoolPriority } from './pool-priority.ts'

/** OWASP's floor for Argon2id: 19 MiB, two passes, one lane. */
const SETTINGS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const
/** Nobody stands before a sign-in form for longer; whoever would is told so instead. */
const PATIENCE_MS = 5_000
/** Far more than can be hashed within that time, so that time is the bound, not a guess of it. */
const SEATS = 2_000
const MARK = `m=${SETTINGS.memoryCost},t=${SETTINGS.timeCost},p=${SETTINGS.parallelism}`

/** Argon2id on PHC strings; two implementations read each other's hashes. */
export interface Argon2 {
  hash(password: string, settings: typeof SETTINGS): Promise<string>
  /** False for a wrong password; rejects for text that is no hash. */
  verify(hashed: string, password: string): Promise<boolean>
}

export interface HasherOptions {
  /** How many hashes run at once: each takes 19 MiB and a thread of the pool that file and DNS work
   * share, so a flood of sign-ins must queue here and not there. */
  readonly atOnce?: number
  readonly log?: Pick<Log, 'warn'>
  readonly gauge?: WaitingGauge | undefined
  /** Loads the native implementation; where its binary is missing, the one of Node serves. */
  readonly load?: () => Promise<Argon2>
}

export interface BoundedHasher extends PasswordHasher {
  /** Where hashes wait for each other. */
  readonly room: WaitingRoom
}

/** As many as leave a processor for the requests that need no hash; the pool has four threads. */
function threads(): number {
  return Math.max(1, Math.min(3, availableParallelism() - 1))
}

export async function createPasswordHasher(options: HasherOptions = {}): Promise<BoundedHasher> {
  const argon2 = await loadArgon2(options)
  const room = new WaitingRoom({
    name: 'password_hashing',
    atOnce: options.atOnce ?? threads(),
    seats: SEATS,
    patienceMs: PATIENCE_MS,
    now: () => performance.now(),
    refusal: () => temporarilyUnavailable(),
    gauge: options.gauge,
  })
  // What an unknown account is compared with, so that it costs the time of a known one.
  const nobody = await argon2.hash(randomBytes(16).toString('hex'), SETTINGS)
  lowerPoolPriority() // the first hash has begun the pool
  return {
    room,
    hash: (password) =>
      room.run(async () => (await argon2.hash(password, SETTINGS)) as PasswordHash),
    verify: (password, expected) =>
      room.run(async () => {
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
