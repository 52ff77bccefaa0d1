// A preload that makes a server lie, to show that the harness finds out. GRANTD_LIE is the lie.
import { DatabaseSync, StatementSync } from 'node:sqlite'
import { isMainThread } from 'node:worker_threads'
import { wrap } from './wrap.ts'

/** Says that the statement changed a row, and does not run it. */
const swallow = (pattern: RegExp) => () =>
  wrap(StatementSync.prototype, 'run', (call, self) =>
    pattern.test((self as StatementSync).sourceSQL) ? { changes: 1, lastInsertRowid: 0 } : call(),
  )

/** Answers at once and commits now and then, as a cache that writes behind does. */
const COMMIT_EVERY_MS = 500
/** Honest at first, so that it can start at all. */
const HONEST_COMMITS = 20

function commitLate(): void {
  let committedAt = performance.now()
  let commits = 0
  wrap(DatabaseSync.prototype, 'exec', (call, self, sql) => {
    if (sql === 'BEGIN IMMEDIATE' && (self as DatabaseSync).isTransaction) return undefined
    if (sql !== 'COMMIT' || ++commits < HONEST_COMMITS) return call()
    if (performance.now() - committedAt < COMMIT_EVERY_MS) return undefined
    committedAt = performance.now()
    return call()
  })
}

const LIES: Readonly<Record<string, () => void>> = {
  'commits-late': commitLate,
  'forgets-revocations': swallow(/^update "(tokens|token_families|sessions)" set "revoked_at"/i),
  'forgets-rotations': swallow(/^update "refresh_tokens" set "used_at"/i),
}

const lie = LIES[process.env.GRANTD_LIE ?? '']
if (lie === undefined) throw new Error(`no lie "${process.env.GRANTD_LIE}"`)
if (!isMainThread) lie()
