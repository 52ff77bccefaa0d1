import type { CircuitState } from '@grantd/limits'

/**
 * Shows the outages of what finds them out by itself: Redis is lost and back by pulses of its own
 * link, which ask it twice a second whether anybody needs it or not.
 */
export class Outage {
  state: CircuitState = 'closed'
  trips = 0

  report(isGone: boolean): void {
    if (isGone && this.state === 'closed') this.trips++
    this.state = isGone ? 'open' : 'closed'
  }
}
