// A preload (`node --import`) that ends its process by SIGKILL at a named point; the product knows
// nothing of it. GRANTD_FAILPOINT is `<point>#<n>`: the nth time that the point is reached; with
// `!thread` after it only the thread ends, as one that ran out of memory does.
// Preloads run in worker threads too, so each point says in which thread it lies. Start here: `POINTS`.
import { existsSync, writeFileSync, writeSync } from 'node:fs'
import { ServerResponse } from 'node:http'
import { DatabaseSync, StatementSync } from 'node:sqlite'
import { isMainThread } from 'node:worker_threads'
import { wrap } from './wrap.ts'

type Install = (reach: () => void) => void

const onExec =
  (pattern: RegExp, when: 'before' | 'after'): Install =>
  (reach) =>
    wrap(DatabaseSync.prototype, 'exec', (call, _self, sql) => {
      const isMeant = pattern.test(String(sql))
      if (isMeant && when === 'before') reach()
      const result = call()
      if (isMeant && when === 'after') reach()
      return result
    })

const afterRun =
  (pattern: RegExp): Install =>
  (reach) =>
    wrap(StatementSync.prototype, 'run', (call, self) => {
      const result = call()
      if (pattern.test((self as StatementSync).sourceSQL)) reach()
      return result
    })

/** The answer is ready and what it acknowledges is committed, but no byte of it has left. */
const beforeResponse: Install = (reach) =>
  wrap(ServerResponse.prototype, 'end', (call, self) => {
    const { req, statusCode } = self as ServerResponse
    if (req.method === 'POST' && statusCode < 400) reach()
    return call()
  })

/** Every point, and the thread in which it lies. */
const POINTS: Readonly<Record<string, readonly [thread: 'main' | 'writer', install: Install]>> = {
  'before-begin': ['writer', onExec(/^BEGIN/, 'before')],
  'after-begin': ['writer', onExec(/^BEGIN/, 'after')],
  'between-statements': ['writer', afterRun(/^(insert|update)/i)],
  'before-commit': ['writer', onExec(/^COMMIT/, 'before')],
  'after-commit': ['writer', onExec(/^COMMIT/, 'after')],
  'before-response': ['main', beforeResponse],
  'in-purge': ['writer', afterRun(/^delete from "tokens"/i)],
  'migration-history-made': ['main', onExec(/CREATE TABLE "flyway/, 'after')],
  'migration-file-applied': ['main', onExec(/CREATE TABLE clients/, 'after')],
  'migration-before-commit': ['main', onExec(/^COMMIT/, 'before')],
  'migration-after-commit': ['main', onExec(/^COMMIT/, 'after')],
}

const MARK = 'failpoint-struck'

/** Once for the process: the thread that takes over loads this file anew. */
function endThreadOnce(): void {
  if (existsSync(MARK)) return
  writeFileSync(MARK, '')
  process.exit() // in a worker it ends the worker
}

const [, name = '', nth, isThreadOnly] =
  /^([\w-]+)#(\d+)(!thread)?$/.exec(process.env.GRANTD_FAILPOINT ?? '') ?? []
const point = POINTS[name]
if (point === undefined) throw new Error(`no failpoint "${name}"`)
const [thread, install] = point
if (isMainThread === (thread === 'main')) {
  let left = Number(nth)
  install(() => {
    if (--left !== 0) return
    if (isThreadOnly) return endThreadOnce()
    writeSync(2, `killed at ${name}\n`)
    process.kill(process.pid, 'SIGKILL')
  })
}
