import type { Client, Clock } from '@grantd/domain'
import type { OutboundHttp } from '../outbound/outbound-http.ts'

export interface Logo {
  readonly contentType: string
  readonly body: Buffer
}

interface Kept {
  readonly logo: Logo | undefined
  readonly at: number
}

const MOST = 200
const FRESH_MS = 3_600_000
const FAILED_MS = 600_000

/** What the first bytes say; the type that a client's server claims is not believed. No SVG: it is a program. */
const MAGIC: readonly (readonly [contentType: string, test: (body: Buffer) => boolean])[] = [
  ['image/png', (body) => body.subarray(0, 8).toString('hex') === '89504e470d0a1a0a'],
  ['image/jpeg', (body) => body.subarray(0, 3).toString('hex') === 'ffd8ff'],
  ['image/gif', (body) => body.subarray(0, 4).toString('latin1') === 'GIF8'],
  [
    'image/webp',
    (body) =>
      body.subarray(0, 4).toString('latin1') === 'RIFF' &&
      body.subarray(8, 12).toString('latin1') === 'WEBP',
  ],
]

/** Types that a logo may have. */
export const LOGO_TYPES: readonly string[] = MAGIC.map(([type]) => type)

/** Where our pages find the logo of a client, the one registered for `tag`; `undefined` when it has none. */
export function logoPath(client: Client, tag?: string): string | undefined {
  const path = `/clients/logo/${encodeURIComponent(client.id)}`
  if (tag !== undefined) return `${path}?locale=${encodeURIComponent(tag)}`
  return client.logoUri === undefined ? undefined : path
}

/**
 * Logos of clients, served from here: a client must not learn who looks at a sign-in page, nor change
 * the picture for some of them. Each is fetched by the guarded client, once an hour at most.
 */
export class ClientLogos {
  readonly #outbound: OutboundHttp
  readonly #clock: Clock
  readonly #kept = new Map<string, Kept>()
  readonly #fetching = new Map<string, Promise<Logo | undefined>>()

  constructor(ports: { readonly outbound: OutboundHttp; readonly clock: Clock }) {
    this.#outbound = ports.outbound
    this.#clock = ports.clock
  }

  /** The logo registered under a language tag, else the common one. */
  async find(client: Client, tag: string | undefined): Promise<Logo | undefined> {
    const uri = client.metadata.localized?.[`logo_uri#${tag}`] ?? client.logoUri
    if (uri === undefined) return undefined
    const kept = this.#kept.get(uri)
    const age = this.#clock.nowMs() - (kept?.at ?? Number.NEGATIVE_INFINITY)
    if (kept !== undefined && age < (kept.logo === undefined ? FAILED_MS : FRESH_MS))
      return kept.logo
    const running = this.#fetching.get(uri) ?? this.#fetch(uri)
    this.#fetching.set(uri, running)
    return running.finally(() => this.#fetching.delete(uri))
  }

  async #fetch(uri: string): Promise<Logo | undefined> {
    const logo = await this.#read(uri).catch(() => undefined) // no logo is no fault of the person's
    const oldest = this.#kept.keys().next().value
    if (this.#kept.size >= MOST && oldest !== undefined) this.#kept.delete(oldest)
    this.#kept.delete(uri)
    this.#kept.set(uri, { logo, at: this.#clock.nowMs() })
    return logo
  }

  async #read(uri: string): Promise<Logo | undefined> {
    const { status, body } = await this.#outbound.get(uri, {
      accept: 'image/*',
      purpose: 'logo',
    })
    const type = status === 200 ? MAGIC.find(([, test]) => test(body))?.[0] : undefined
    return type === undefined ? undefined : { contentType: type, body }
  }
}
