import { createHash } from 'node:crypto'
import type { Random } from '@grantd/domain'

/** Repeatable bytes for tests: SHA-256 of the seed and a counter. Never for anything that runs. */
export class SeededRandom implements Random {
  readonly #seed: string
  #block = 0

  constructor(seed = 'grantd') {
    this.#seed = seed
  }

  fill(target: Uint8Array, offset: number, length: number): void {
    for (let done = 0; done < length; done += 32) {
      const block = createHash('sha256')
        .update(`${this.#seed}:${this.#block++}`)
        .digest()
      target.set(block.subarray(0, Math.min(32, length - done)), offset + done)
    }
  }

  base64url(bytes: number): string {
    const buffer = Buffer.alloc(bytes)
    this.fill(buffer, 0, bytes)
    return buffer.toString('base64url')
  }
}
