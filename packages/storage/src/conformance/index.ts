// Owns: the suites that every storage backend passes. Does not own: what one backend does beyond
// the port. Start here: suite.ts.
export { type ConformanceTarget, storageConformance } from './suite.ts'
