import { after, type EpochSeconds, type ExpiringKind } from '@grantd/domain'

/** A used code is kept a day past its expiry, so that its replay still revokes what it bought. */
const CODE_KEPT_SECONDS = 86_400

/** At the moment `at` the purge takes what ended before this. */
export const purgedBefore = (kind: ExpiringKind, at: EpochSeconds): EpochSeconds =>
  kind === 'codes' ? after(at, -CODE_KEPT_SECONDS) : at
