// Owns: secrets that nobody else would write, and the search for them in everything that may be kept or seen.
// A test of a new surface (metrics, traces) plays the tour (canary-tour.ts) and searches its own text.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'

/** Shorter ones are found by accident; digits of a one-time code are in every figure. */
const SHORTEST = 12

export class Canary {
  readonly #secrets = new Map<string, string>()

  /** A new secret that is made for this search. */
  mint(kind: string): string {
    return this.watch(kind, `canary ${kind} ${randomBytes(12).toString('hex')}`)
  }

  /** As `mint`, for what takes no spaces. */
  mintWord(kind: string): string {
    return this.watch(kind, `canary-${kind}-${randomBytes(12).toString('hex')}`)
  }

  /**
   * A secret that the server made. Of an id and a secret joined by a dot, and of a JWT, the last part is
   * what proves something; the rest may be known.
   */
  watch(kind: string, value: string | undefined): string {
    assert.ok(value !== undefined && value.length >= SHORTEST, `there is no ${kind}: ${value}`)
    const proof = /^[\w-]+(?:\.[\w-]+)+$/.test(value) ? (value.split('.').at(-1) ?? value) : value
    assert.ok(proof.length >= SHORTEST, `${kind} proves too little`)
    this.#secrets.set(`${kind} ${this.#secrets.size}`, proof)
    return value
  }

  get size(): number {
    return this.#secrets.size
  }

  /** Fails when a secret is in `text` as it is or in a usual encoding. `but`: kinds that belong there. */
  assertAbsent(surface: string, text: string, but: readonly string[] = []): void {
    assert.ok(text.length > 0, `${surface} is empty: nothing was searched`)
    const lower = text.toLowerCase()
    for (const [kind, secret] of this.#secrets) {
      if (but.some((allowed) => kind.startsWith(`${allowed} `))) continue
      for (const [encoding, form] of encodingsOf(secret)) {
        const isThere = encoding === 'hex' ? lower.includes(form) : text.includes(form)
        assert.ok(!isThere, `${kind} is in ${surface}, ${encoding}: ${around(text, form)}`)
      }
    }
  }

  /** For a process that searches what another one made. */
  toJSON(): readonly (readonly [string, string])[] {
    return [...this.#secrets]
  }

  static from(secrets: readonly (readonly [string, string])[]): Canary {
    const canary = new Canary()
    for (const [kind, secret] of secrets) canary.#secrets.set(kind, secret)
    return canary
  }
}

function encodingsOf(secret: string): (readonly [encoding: string, form: string])[] {
  const bytes = Buffer.from(secret)
  const base64 = bytes.toString('base64').replace(/=+$/, '')
  return [
    ['as it is', secret],
    ['percent-encoded', encodeURIComponent(secret)],
    ['form-encoded', secret.replaceAll(' ', '+')],
    ['hex', bytes.toString('hex')],
    // The last signs depend on what follows.
    ['base64', base64.slice(0, -2)],
    ['base64url', bytes.toString('base64url').slice(0, -2)],
  ]
}

function around(text: string, form: string): string {
  const at = text.toLowerCase().indexOf(form.toLowerCase())
  return JSON.stringify(text.slice(Math.max(0, at - 160), at + form.length + 40))
}
