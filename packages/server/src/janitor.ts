import { nowSeconds } from '@grantd/domain'
import { type Log, type Services, trimChain } from '@grantd/oauth'
import { trimHistory } from './events/start-outbox.ts'
import { every } from './every.ts'

/** How long a busy purge pauses between two slices, so that requests always come first. */
const PAUSE_MS = 20

/** Events of the history that go in one sweep: what a busy minute adds, and more. */
const HISTORY_BATCH = 10_000

/** What stays for a time of its own, and the key that signs what is left of the audit log. */
export interface Kept {
  readonly encryptionKey: Uint8Array
  readonly auditDays: number
  readonly historyDays: number
}

/**
 * Deletes expired rows in bounded slices and retires old signing keys, every `interval_secs`.
 * Several processes may run one; a slice is one short transaction.
 */
export function startJanitor(parts: {
  readonly services: Services
  readonly settings: { readonly interval_secs: number; readonly batch: number }
  readonly log: Log
  readonly kept: Kept
}): { stop(): Promise<void> } {
  const { services, settings, log, kept } = parts

  async function sweep(stopping: AbortSignal): Promise<void> {
    services.keys.tell.retireOld({})
    let purged = 0
    let slice: number
    do {
      slice = await services.storage.purgeExpired(nowSeconds(services.clock), settings.batch)
      purged += slice
      if (slice >= settings.batch) await new Promise((go) => setTimeout(go, PAUSE_MS))
    } while (slice >= settings.batch && !stopping.aborted)
    await trimChain({ ...services, encryptionKey: kept.encryptionKey }, kept.auditDays)
    const now = nowSeconds(services.clock)
    await trimHistory(services.storage, { days: kept.historyDays, now, batch: HISTORY_BATCH })
    if (purged > 0) log.debug({ purged }, 'expired rows were deleted')
  }

  if (settings.interval_secs === 0) return { stop: async () => undefined }
  return every(settings.interval_secs * 1_000, 'expired rows could not be deleted', sweep, log)
}
