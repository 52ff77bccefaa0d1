import assert from 'node:assert/strict'
import { pbkdf2 } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { getPriority } from 'node:os'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { lowerPoolPriority } from './pool-priority.ts'

const isLinux = process.platform === 'linux'

test('the threads of the pool stand back, and no other one does', async () => {
  await promisify(pbkdf2)('begins the pool', 'salt', 1, 16, 'sha256')
  const own = getPriority()
  const lowered = lowerPoolPriority()
  assert.equal(getPriority(), own, 'the thread that answers requests')
  if (!isLinux) return assert.equal(lowered, 0)
  const tasks = readdirSync('/proc/self/task')
  const isOfPool = (id: string) =>
    readFileSync(`/proc/self/task/${id}/comm`, 'utf8').startsWith('libuv-worker')
  const pool = tasks.filter(isOfPool)
  assert.ok(pool.length > 0)
  assert.equal(lowered, pool.length)
  for (const id of pool) assert.equal(getPriority(Number(id)), Math.max(own, 10))
})
