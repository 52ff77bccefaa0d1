import type { Storage } from '@grantd/domain'

/** A backend under test. */
export interface ConformanceTarget {
  readonly name: string
  open(): Promise<Storage>
  /** A second connection on the data of the storage opened last, for races across connections. */
  openAgain?(): Promise<Storage>
}

/** Registers the suites that every backend passes with node:test. */
export function storageConformance(_target: ConformanceTarget): void {}
