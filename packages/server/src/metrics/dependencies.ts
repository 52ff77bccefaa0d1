// Owns: what this process needs, one by one, for operators: does it answer, how fast, what is wrong.
import type { Services } from '@grantd/oauth'

/** State of one dependency. `detail` holds numbers and names of ours, no address and no secret. */
export interface DependencyState {
  readonly status: 'ok' | 'failing'
  readonly ms?: number
  readonly detail?: object
}

/** Whether a Redis answers; kept by who hears of its coming and going. */
interface RedisState {
  readonly isUp: boolean
}

/** One look at a time, good for a second: dashboards ask often. */
const GOOD_FOR_MS = 1_000
const PATIENCE_MS = 1_000

export class Dependencies {
  readonly #services: Services
  readonly #database: string
  readonly #cache: RedisState | undefined
  readonly #rateLimits: RedisState | undefined
  #answer: Promise<object> | undefined
  #askedAt = Number.NEGATIVE_INFINITY

  constructor(parts: {
    readonly services: Services
    readonly databaseUrl: string
    readonly cache: RedisState | undefined
    /** Of the Redis that limits are counted in. */
    readonly rateLimits: RedisState | undefined
  }) {
    this.#services = parts.services
    this.#database = parts.databaseUrl.split(':', 1)[0] ?? ''
    this.#cache = parts.cache
    this.#rateLimits = parts.rateLimits
  }

  /** Never rejects. */
  look(): Promise<object> {
    const now = performance.now()
    if (this.#answer === undefined || now - this.#askedAt >= GOOD_FOR_MS) {
      this.#askedAt = now
      this.#answer = this.#look()
    }
    return this.#answer
  }

  async #look(): Promise<object> {
    const { storage, keyring, events, settings } = this.#services
    const [database, keys, bus] = await Promise.all([
      timed(async () => {
        await storage.ping()
        return { backend: this.#database }
      }),
      timed(async () => {
        await keyring.confirm()
        const { algorithm } = keyring.activeSigner(settings.accessTokenAlgorithm)
        return { algorithm }
      }),
      timed(() => events.bus.health()),
    ])
    const { enabled, plugins } = bus.detail ?? { enabled: false, plugins: [] }
    const backends = plugins.map(({ name, healthy, ...counts }) => [
      name,
      { status: healthy ? 'ok' : 'failing', detail: counts },
    ])
    return {
      database,
      signing_keys: keys,
      ...(enabled && { events: Object.fromEntries(backends) }),
      ...(this.#cache && { shared_cache: stateOf(this.#cache) }),
      ...(this.#rateLimits && { rate_limits: stateOf(this.#rateLimits) }),
    }
  }
}

function stateOf({ isUp }: RedisState): DependencyState {
  return { status: isUp ? 'ok' : 'failing' }
}

async function timed<Detail extends object>(
  ask: () => Promise<Detail>,
): Promise<DependencyState & { readonly detail?: Detail }> {
  const startedAt = performance.now()
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error('no answer in time')), PATIENCE_MS)
  const ms = () => Math.round((performance.now() - startedAt) * 10) / 10
  try {
    const detail = await Promise.race([ask(), late.promise])
    return { status: 'ok', ms: ms(), detail }
  } catch {
    return { status: 'failing', ms: ms() } // why is in the log: it may name what nobody here should read
  } finally {
    clearTimeout(timer)
  }
}
