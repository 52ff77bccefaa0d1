// Owns: what the primary and a worker say to each other.
import type { FamilySnapshot } from '@grantd/telemetry'
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
  /** What did you count? */
  | { readonly order: 'metrics'; readonly id: number }
  /** What all counted; without text when it could not be added up. */
  | { readonly order: 'scraped'; readonly id: number; readonly text: string | undefined }

/** From a worker. */
export type Report =
  | ({ readonly report: 'prepared' } & Prepared)
  | { readonly report: 'listening' }
  | {
      readonly report: 'metrics'
      readonly id: number
      readonly families: readonly FamilySnapshot[]
    }
  /** Somebody wants to know what all workers count. */
  | { readonly report: 'scrape'; readonly id: number }

/** What a worker knows when only the listener is missing. */
export interface Prepared {
  readonly issuer: string
  readonly hasAdministrator: boolean
}
