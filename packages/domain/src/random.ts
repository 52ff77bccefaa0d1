import { randomFillSync } from 'node:crypto'

/** The only source of randomness. `base64url(32)` is 256 bits in 43 characters. */
export interface Random {
  /** Writes `length` random bytes into `target` at `offset`. */
  fill(target: Uint8Array, offset: number, length: number): void
  /** `bytes` random bytes as unpadded base64url. */
  base64url(bytes: number): string
}

const POOL_BYTES = 16_384

/**
 * The operating system's generator behind a pool: one system call serves hundreds of requests.
 * What was handed out is wiped from the pool, so that a heap dump does not hold issued secrets.
 */
export class SystemRandom implements Random {
  readonly #pool = Buffer.alloc(POOL_BYTES)
  #used = POOL_BYTES

  fill(target: Uint8Array, offset: number, length: number): void {
    const start = this.#take(length)
    const pool = this.#pool
    // A few bytes at a time: a loop is cheaper than a view to copy from.
    for (let at = 0; at < length; at++) {
      target[offset + at] = pool[start + at] ?? 0
      pool[start + at] = 0
    }
  }

  base64url(bytes: number): string {
    const start = this.#take(bytes)
    const text = this.#pool.toString('base64url', start, start + bytes)
    this.#pool.fill(0, start, start + bytes)
    return text
  }

  #take(bytes: number): number {
    if (bytes > POOL_BYTES) throw new RangeError(`at most ${POOL_BYTES} random bytes at once`)
    if (this.#used + bytes > POOL_BYTES) {
      randomFillSync(this.#pool)
      this.#used = 0
    }
    const start = this.#used
    this.#used += bytes
    return start
  }
}

export const systemRandom: Random = new SystemRandom()
