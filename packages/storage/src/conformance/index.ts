export { type ConformanceTarget, storageConformance } from './suite.ts'
