import type { Check } from './check.ts'
import { hangingBackend } from './hanging-backend.ts'
import { memory } from './memory.ts'
import { purge, rows } from './rows.ts'
import { start } from './start.ts'

/** THE LIST of checks that are no comparison; the slow ones last. */
export const CHECKS: readonly Check[] = [start, hangingBackend, rows, purge, memory]
