// Owns: the wish to stop, as the system tells it.
import { EXIT } from './exit.ts'

/** A terminal sends Ctrl-C to the launcher too, which passes it on: one wish, not two. */
const SAME_WISH_MS = 500

/** Resolves at the first signal; a second one, later, ends the process at once. */
export function untilSignal(): Promise<void> {
  return new Promise((done) => {
    let firstAt: number | undefined
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        const now = performance.now()
        if (firstAt !== undefined && now - firstAt > SAME_WISH_MS) process.exit(EXIT.failed)
        firstAt ??= now
        done()
      })
    }
  })
}

/** Resolves when nobody reads stdout any more, as in "… | head"; only writing to it tells. */
export function untilUnread(): Promise<void> {
  return new Promise((done) => void process.stdout.once('error', () => done()))
}
