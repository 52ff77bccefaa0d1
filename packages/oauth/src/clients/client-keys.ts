// Owns: the public keys of clients: registered in place, or fetched from their jwks_uri and kept.
// Does not own: what is verified with them (clients/methods/, authorize/request-object.ts).
import type { Client, Clock, PublicKey } from '@grantd/domain'
import { readJsonText } from '../json.ts'
import type { OutboundHttp } from '../outbound/outbound-http.ts'
import { readPublicKeys } from '../register/public-keys.ts'
import type { Log } from '../services.ts'

const MAX_DOCUMENTS = 1_000
const FRESH_MS = 3_600_000
/** How soon a document may be fetched again, for an unknown kid or after a failure. */
const COOL_DOWN_MS = 60_000

interface Document {
  readonly keys: readonly PublicKey[]
  readonly fetchedAt: number
}

/** Which of a client's keys are meant. */
export interface KeyWish {
  readonly algorithm: string
  readonly use: 'sig' | 'enc'
  readonly kid?: string | undefined
}

/** Documents are fetched once at a time, and never more often than once a minute (T126). */
export class ClientKeys {
  readonly #outbound: OutboundHttp
  readonly #clock: Clock
  readonly #log: Log
  readonly #documents = new Map<string, Document>()
  readonly #fetching = new Map<string, Promise<Document>>()

  constructor(ports: { outbound: OutboundHttp; clock: Clock; log: Log }) {
    this.#outbound = ports.outbound
    this.#clock = ports.clock
    this.#log = ports.log
  }

  /** The keys that fit; none when the client has none or its document cannot be read. */
  async find(client: Client, wish: KeyWish): Promise<readonly PublicKey[]> {
    const { jwks, jwks_uri: uri } = client.metadata
    if (uri === undefined) return fitting(jwks?.keys ?? [], wish)
    const known = await this.#document(uri, FRESH_MS)
    const found = fitting(known.keys, wish)
    if (found.length > 0) return found
    // The client may have rotated: an unknown kid is worth one more look (RFC 7517 §4.5).
    return fitting((await this.#document(uri, COOL_DOWN_MS)).keys, wish)
  }

  async #document(uri: string, maxAgeMs: number): Promise<Document> {
    const known = this.#documents.get(uri)
    const age = this.#clock.nowMs() - (known?.fetchedAt ?? Number.NEGATIVE_INFINITY)
    if (known !== undefined && age >= 0 && age < maxAgeMs) return known
    const running = this.#fetching.get(uri)
    if (running !== undefined) return running
    const fetching = this.#fetch(uri, known).finally(() => this.#fetching.delete(uri))
    this.#fetching.set(uri, fetching)
    return fetching
  }

  async #fetch(uri: string, former: Document | undefined): Promise<Document> {
    const fetchedAt = this.#clock.nowMs()
    let keys: readonly PublicKey[]
    try {
      const { status, body } = await this.#outbound.get(uri, {
        accept: 'application/json',
        purpose: 'jwks',
      })
      if (status !== 200) throw new Error(`the document answered ${status}`)
      const read = readJsonText(body.toString('utf8'), 8)
      if ('problem' in read) throw new Error(`the document is ${read.problem}`)
      keys = readPublicKeys(read.value, 'jwks_uri').keys
    } catch (error) {
      this.#log.warn({ err: error, uri }, 'the keys of a client could not be read')
      // Remembered as a failure would be asked for a hundred times a second; known keys stay good.
      keys = former?.keys ?? []
    }
    const document = { keys, fetchedAt }
    this.#remember(uri, document)
    return document
  }

  #remember(uri: string, document: Document): void {
    this.#documents.delete(uri)
    if (this.#documents.size >= MAX_DOCUMENTS) {
      const oldest = this.#documents.keys().next().value
      if (oldest !== undefined) this.#documents.delete(oldest)
    }
    this.#documents.set(uri, document)
  }
}

function fitting(keys: readonly PublicKey[], wish: KeyWish): readonly PublicKey[] {
  return keys.filter(
    (key) =>
      isOfKind(key, wish.algorithm) &&
      (key.use === undefined || key.use === wish.use) &&
      (key.alg === undefined || key.alg === wish.algorithm) &&
      (wish.kid === undefined || key.kid === wish.kid),
  )
}

/** The key decides what may be done with it, never the header of a token (RFC 8725 §3.1). */
function isOfKind(key: PublicKey, algorithm: string): boolean {
  switch (algorithm) {
    case 'ES256':
      return key.kty === 'EC' && key.crv === 'P-256'
    case 'EdDSA':
      return key.kty === 'OKP' && key.crv === 'Ed25519'
    case 'ECDH-ES':
    case 'ECDH-ES+A256KW':
      return key.kty === 'EC' || (key.kty === 'OKP' && key.crv === 'X25519')
    default:
      return key.kty === 'RSA' // RS256, PS256, RSA-OAEP, RSA-OAEP-256
  }
}
