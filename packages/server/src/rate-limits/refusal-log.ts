import type { IncomingMessage } from 'node:http'
import type { Log } from '@grantd/oauth'

const EVERY_MS = 60_000

const HINT =
  'they came with X-Forwarded-For, which is believed from nobody: everybody behind a proxy is counted as one network; ' +
  'set OAUTH2_SERVER_TRUST_PROXY_HEADERS=true and OAUTH2_SERVER_TRUSTED_PROXIES'

/** One line in the log at the first refusal and then at most one a minute: each is in the access log. */
export class RefusalLog {
  readonly #log: Log
  readonly #nowMs: () => number
  readonly #trustsProxies: boolean
  #saidAt = Number.NEGATIVE_INFINITY
  #count = 0

  constructor(log: Log, options: { nowMs: () => number; trustsProxies: boolean }) {
    this.#log = log
    this.#nowMs = options.nowMs
    this.#trustsProxies = options.trustsProxies
  }

  readonly note = (ip: string, request: IncomingMessage): void => {
    this.#count++
    const now = this.#nowMs()
    const elapsed = now - this.#saidAt
    if (elapsed >= 0 && elapsed < EVERY_MS) return
    const isForwarded = !this.#trustsProxies && request.headers['x-forwarded-for'] !== undefined
    const fields = { refused: this.#count, last_ip: ip, ...(isForwarded && { hint: HINT }) }
    this.#log.warn(fields, 'too many requests: some were refused (429)')
    this.#saidAt = now
    this.#count = 0
  }
}
