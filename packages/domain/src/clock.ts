import type { Brand } from './brand.ts'

/** Whole seconds since 1970-01-01T00:00:00Z, as OAuth JSON and JWT NumericDate carry them. */
export type EpochSeconds = Brand<number, 'EpochSeconds'>

/** A length of time in whole seconds. */
export type Seconds = number

/** The only source of wall-clock time; code that judges an expiry never asks the runtime itself. */
export interface Clock {
  /** Milliseconds since the epoch. */
  nowMs(): number
}

export const systemClock: Clock = { nowMs: () => Date.now() }

export function epochSeconds(value: number): EpochSeconds {
  return Math.floor(value) as EpochSeconds
}

export function nowSeconds(clock: Clock): EpochSeconds {
  return epochSeconds(clock.nowMs() / 1000)
}

/** The moment `seconds` after `from`. */
export function after(from: EpochSeconds, seconds: Seconds): EpochSeconds {
  return (from + seconds) as EpochSeconds
}
