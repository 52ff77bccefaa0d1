import { nowSeconds } from '@grantd/domain'
import type { Log, Services } from '@grantd/oauth'

/** How long a busy purge pauses between two slices, so that requests always come first. */
const PAUSE_MS = 20

/**
 * Deletes expired rows in bounded slices and retires old signing keys, every `interval_secs`.
 * Several processes may run one; a slice is one short transaction.
 */
export function startJanitor(parts: {
  readonly services: Services
  readonly settings: { readonly interval_secs: number; readonly batch: number }
  readonly log: Log
}): { stop(): Promise<void> } {
  const { services, settings, log } = parts
  let isStopping = false
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()

  async function sweep(): Promise<void> {
    try {
      services.keys.tell.retireOld({})
      let purged = 0
      let slice: number
      do {
        slice = await services.storage.purgeExpired(nowSeconds(services.clock), settings.batch)
        purged += slice
        if (slice >= settings.batch) await new Promise((go) => setTimeout(go, PAUSE_MS))
      } while (slice >= settings.batch && !isStopping)
      if (purged > 0) log.debug({ purged }, 'expired rows were deleted')
    } catch (error) {
      log.warn({ err: error }, 'expired rows could not be deleted; it is tried again')
    }
  }

  function schedule(): void {
    if (isStopping || settings.interval_secs === 0) return
    timer = setTimeout(() => {
      running = sweep().finally(schedule)
    }, settings.interval_secs * 1_000)
    timer.unref()
  }

  schedule()
  return {
    async stop() {
      isStopping = true
      clearTimeout(timer)
      await running
    },
  }
}
