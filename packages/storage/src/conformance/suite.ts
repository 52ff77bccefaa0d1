import type { Storage } from '@grantd/domain'
import { atomicitySuite } from './atomicity.ts'
import { auditTrailSuite } from './audit-trail.ts'
import { copySuite } from './copies.ts'
import { outboxSuite } from './outbox.ts'
import { purgeSuite } from './purge.ts'
import { raceSuite } from './races.ts'
import { accountSuite } from './stores-accounts.ts'
import { denylistSuite } from './stores-denylist.ts'
import { grantSuite } from './stores-grants.ts'
import { identitySuite } from './stores-identities.ts'
import { operationSuite } from './stores-operations.ts'
import { peopleSuite } from './stores-people.ts'

/** A backend under test. */
export interface ConformanceTarget {
  readonly name: string
  /** An empty storage; the suites close it. */
  open(): Promise<Storage>
  /** A second connection on the data of the storage opened last, for races across connections. */
  openAgain?(): Promise<Storage>
}

/** Registers the suites that every backend passes with node:test. */
export function storageConformance(target: ConformanceTarget): void {
  accountSuite(target)
  grantSuite(target)
  operationSuite(target)
  peopleSuite(target)
  identitySuite(target)
  denylistSuite(target)
  atomicitySuite(target)
  raceSuite(target)
  purgeSuite(target)
  copySuite(target)
  outboxSuite(target)
  auditTrailSuite(target)
}
