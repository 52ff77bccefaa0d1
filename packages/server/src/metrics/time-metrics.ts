// Owns: what shows that time runs out or runs wrong: until when the certificate is valid, what the clock says.
import type { MetricRegistry } from '@grantd/telemetry'

/** Beside the time of the scrape it shows a clock that is wrong: tokens end too early, or too late. */
export function addClock(registry: MetricRegistry): void {
  registry.derived({
    name: 'clock_seconds',
    help: 'What the clock of the server says, in seconds since 1970.',
    type: 'gauge',
    merge: 'max',
    read: () => [{ labels: {}, value: Date.now() / 1_000 }],
  })
}

/** Told of each certificate that the listener takes; there is no such metric before the first. */
export function certificateGauge(registry: MetricRegistry): (notAfter: Date) => void {
  let until: number | undefined
  return (notAfter) => {
    const isFirst = until === undefined
    until = notAfter.getTime() / 1_000
    if (!isFirst) return
    registry.derived({
      name: 'tls_certificate_not_after_seconds',
      help: 'Until when the certificate of the listener is valid, in seconds since 1970.',
      type: 'gauge',
      merge: 'min',
      read: () => [{ labels: {}, value: until ?? 0 }],
    })
  }
}
