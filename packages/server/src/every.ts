import type { Log } from '@grantd/oauth'

/**
 * Does the work again and again, each time `ms` after the former time ended. One that fails is said in
 * the log as `failure`. `stop` waits for what is under way; the signal tells it to come to an end.
 */
export function every(
  ms: number,
  failure: string,
  work: (stopping: AbortSignal) => Promise<unknown>,
  log: Log,
): { stop(): Promise<void> } {
  const stopping = new AbortController()
  let timer: NodeJS.Timeout | undefined
  let running: Promise<unknown> = Promise.resolve()

  function schedule(): void {
    if (stopping.signal.aborted) return
    timer = setTimeout(() => {
      running = work(stopping.signal)
        .catch((err: unknown) => log.warn({ err }, `${failure}; it is tried again`))
        .finally(schedule)
    }, ms)
    timer.unref()
  }

  schedule()
  return {
    async stop() {
      stopping.abort()
      clearTimeout(timer)
      await running
    },
  }
}
