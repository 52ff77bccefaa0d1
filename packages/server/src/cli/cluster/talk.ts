// Owns: what the primary and a worker say to each other.
import type { Settings } from '../../config/settings.ts'

/** From the primary. */
export type Order =
  /** The first: serve with these settings. `isFirst` makes the seeded administrator. */
  | {
      readonly order: 'start'
      readonly settings: Settings
      readonly number: number
      readonly isFirst: boolean
    }
  /** Every worker is prepared. */
  | { readonly order: 'listen' }
  | { readonly order: 'stop' }

/** From a worker. */
export type Report = ({ readonly report: 'prepared' } & Prepared) | { readonly report: 'listening' }

/** What a worker knows when only the listener is missing. */
export interface Prepared {
  readonly issuer: string
  readonly hasAdministrator: boolean
}
