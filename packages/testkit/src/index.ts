// Owns: what tests of several packages share: a clock that a test moves, repeatable randomness.
// Does not own: fakes of our own code; storage in memory is an honest backend in @grantd/storage.
export { FixedClock } from './fixed-clock.ts'
export { freeze, thaw } from './freeze.ts'
export { SeededRandom } from './seeded-random.ts'
export { selfSigned } from './self-signed.ts'
