// Owns: the storage as the settings want it: its pools, the circuit in front of it, the Redis that
// processes share, what is counted and traced of it. Does not own: any of these. Start here: `openDatabase`.
import type { Clock } from '@grantd/domain'
import type { Log } from '@grantd/oauth'
import {
  type CachedStorage,
  type OpenedStorage,
  openStorage,
  type WriterEvent,
} from '@grantd/storage'
import type { Mode } from './config/mode.ts'
import type { Settings } from './config/settings.ts'
import type { ServerMetrics } from './metrics/server-metrics.ts'
import { Outage } from './resilience/outage.ts'
import type { Resilience } from './resilience/resilience.ts'
import { behindSharedCache } from './shared-cache.ts'
import { observeCache, observeStorage } from './tracing/observe.ts'
import type { Tracing } from './tracing/tracing.ts'

export interface DatabaseParts {
  readonly settings: Settings
  readonly mode: Mode
  readonly issuer: string
  readonly encryptionKey: Uint8Array
  readonly clock: Clock
  readonly log: Log
  readonly resilience: Resilience
  readonly metrics: ServerMetrics | undefined
  readonly tracing: Tracing | undefined
}

export interface OpenedDatabase {
  readonly storage: OpenedStorage & Partial<CachedStorage>
  /** Of the Redis that processes share; absent without one. */
  readonly cache: { readonly isUp: boolean } | undefined
}

/** Throws `MigrationError`, `StorageError`, or StartError `E_CACHE_REDIS`; nothing stays open then. */
export async function openDatabase(parts: DatabaseParts): Promise<OpenedDatabase> {
  const { settings, mode, log, clock, issuer, encryptionKey, resilience, metrics, tracing } = parts
  const { database } = settings
  const bare = await openStorage(database.url, {
    clock,
    onWriter: (event) => logWriter(event, log),
    requireTransactions: mode === 'serve',
    onWarning: (warning) => log.warn({}, warning),
    ...(database.read_url !== undefined && { readUrl: database.read_url }),
    maxConnections: database.max_connections,
    minConnections: database.min_connections,
    acquireTimeoutMs: database.acquire_timeout_secs * 1_000,
    idleTimeoutMs: database.idle_timeout_secs * 1_000,
  })
  const guarded = resilience.guardStorage(metrics?.storage(bare) ?? bare)
  const outage = new Outage()
  const cache = settings.cache.redis_url === undefined ? undefined : { isUp: true }
  const cached = await behindSharedCache(guarded, {
    settings,
    issuer,
    encryptionKey,
    clock,
    log,
    onOutage: (isGone) => {
      outage.report(isGone)
      if (cache !== undefined) cache.isUp = !isGone
    },
    observe: (redis) => {
      const counted = cache === undefined ? redis : (metrics?.cache(cache)(redis) ?? redis)
      return tracing ? observeCache(counted, tracing) : counted
    },
  })
  if (cache !== undefined) resilience.watch('redis', outage)
  return { storage: tracing ? observeStorage(cached, database.url, tracing) : cached, cache }
}

const WRITER_EVENTS: Readonly<Record<WriterEvent['type'], string>> = {
  ended:
    'the thread that writes the database ended; it is started anew, writes are refused until then',
  'restart failed': 'the thread that writes the database could not be started; it is tried again',
  restarted: 'the thread that writes the database runs again',
}

function logWriter(event: WriterEvent, log: Log): void {
  const { type } = event
  if (type === 'restarted') log.warn({}, WRITER_EVENTS[type])
  else if (type === 'restart failed') log.error({ err: event.cause }, WRITER_EVENTS[type])
  else log.error({ err: event.cause, unknown: event.unknown }, WRITER_EVENTS[type])
}
