import type { Check } from './check.ts'
import { hangingBackend } from './hanging-backend.ts'
import { loginFlood } from './login-flood.ts'
import { memory } from './memory.ts'
import { outage } from './outage.ts'
import { overload } from './overload.ts'
import { purge, rows } from './rows.ts'
import { rowsPostgres } from './rows-postgres.ts'
import { soak } from './soak.ts'
import { start } from './start.ts'
import { twoWorkers } from './two-workers.ts'
import { webhookDrain } from './webhook-drain.ts'

/** THE LIST of checks that are no comparison; the slow ones last. */
export const CHECKS: readonly Check[] = [
  start,
  hangingBackend,
  webhookDrain,
  rows,
  purge,
  rowsPostgres,
  twoWorkers,
  loginFlood,
  overload,
  outage,
  memory,
  soak,
]
