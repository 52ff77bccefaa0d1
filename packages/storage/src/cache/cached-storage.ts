// Owns: a storage whose token statuses (and sessions, where asked for) are remembered for a few seconds,
// and which tells other processes what its commits made untrue.
// Does not own: the cache that processes share (redis/), the rules of what is live (@grantd/oauth).
// Start here: `withSharedCache`; then recent.ts for a read, tombstones.ts for the races.
import type {
  Change,
  ClientSnapshots,
  Clock,
  CommitResult,
  SessionId,
  SharedCache,
  TokenId,
} from '@grantd/domain'
import type { OpenedStorage } from '../options.ts'
import type { CacheCipher } from './cipher.ts'
import { Recent } from './recent.ts'
import { sharedSnapshots } from './snapshots.ts'
import { CLIENTS, type Effect, effectOf, tagsOfSession, tagsOfStatus } from './tags.ts'
import { Tombstones } from './tombstones.ts'

export interface CacheOptions {
  readonly shared: SharedCache
  readonly cipher: CacheCipher
  readonly clock: Clock
  /** Whether lookups of sessions are remembered too. */
  readonly sessions: boolean
  /** Milliseconds of a clock that never steps; `performance.now` unless a test has its own. */
  readonly now?: () => number
}

export interface CachedStorage extends OpenedStorage {
  readonly clientSnapshots: ClientSnapshots
  /** Called when another process has changed or deleted a client, or may have without being heard. */
  onClientsChanged(listener: () => void): void
}

/** `storage` with everything that the processes of a deployment know of each other. Closes both. */
export function withSharedCache(storage: OpenedStorage, options: CacheOptions): CachedStorage {
  const { shared, cipher, clock, now = () => performance.now() } = options
  const tombstones = new Tombstones(now)
  let isListening = false
  let tellClients: () => void = () => undefined
  const ports = { shared, cipher, tombstones, now, isListening: () => isListening }
  const tokens = new Recent(ports, {
    kind: 'token',
    load: (id: TokenId) => storage.tokens.find(id),
    tagsOf: tagsOfStatus,
    lifeOf: ({ token }) => token.expiresAt * 1_000 - clock.nowMs(),
  })
  const sessions = new Recent(ports, {
    kind: 'session',
    load: (id: SessionId) => storage.sessions.find(id),
    tagsOf: tagsOfSession,
    lifeOf: ({ expiresAt }) => expiresAt * 1_000 - clock.nowMs(),
  })
  const clientsTag = cipher.tag(CLIENTS)
  const forgetAll = () => {
    tombstones.addAll()
    tokens.clear()
    sessions.clear()
    tellClients()
  }
  shared.listen({
    opened: () => {
      forgetAll() // announcements made before are unknown here
      isListening = true
    },
    closed: () => {
      isListening = false
      forgetAll()
    },
    announced: (tags) => {
      tombstones.add(tags)
      if (tags.includes(clientsTag)) tellClients()
    },
  })

  /** Here at once, and elsewhere as soon as the message arrives. */
  const declare = async ({ tags, familiesOf }: Effect): Promise<void> => {
    const ended = tags.map((tag) => cipher.tag(tag))
    tombstones.add(ended)
    try {
      // After the commit, so that no family is missed; a family that has ended stays with its session.
      const families = await Promise.all(familiesOf.map((id) => storage.families.listBySession(id)))
      const more = families.flat().map(({ id }) => cipher.tag(`family ${id}`))
      tombstones.add(more)
      shared.announce([...ended, ...more])
    } catch {
      // Which families ended cannot be told: nothing that is remembered here may be used.
      tombstones.addAll()
      shared.announce(ended)
    }
  }

  const commit = (changes: readonly Change[]): Promise<CommitResult> => {
    const effect = effectOf(changes, options)
    return effect === undefined ? storage.commit(changes) : commitAndDeclare(changes, effect)
  }

  const commitAndDeclare = async (changes: readonly Change[], effect: Effect) => {
    let result: CommitResult | undefined
    try {
      result = await storage.commit(changes)
      return result
    } finally {
      // Also after a fault: an unknown outcome may be a commit.
      if (result?.outcome !== 'refused') await declare(effect)
    }
  }

  return {
    ...storage,
    migrations: storage.migrations,
    statistics: () => storage.statistics(),
    purgeExpired: (at, limit) => storage.purgeExpired(at, limit),
    countExpired: (at) => storage.countExpired(at),
    ping: () => storage.ping(),
    versions: () => storage.versions(),
    commit,
    tokens: { find: (id) => tokens.find(id) },
    sessions: options.sessions
      ? { ...storage.sessions, find: (id) => sessions.find(id) }
      : storage.sessions,
    clientSnapshots: sharedSnapshots({ clients: storage.clients, shared, cipher }),
    onClientsChanged: (listener) => {
      tellClients = listener
    },
    close: async () => {
      await shared.close()
      await storage.close()
    },
  }
}
