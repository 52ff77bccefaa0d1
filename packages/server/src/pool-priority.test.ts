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
  const changed = readdirSync('/proc/self/task').filter((id) => getPriority(Number(id)) !== own)
  assert.equal(changed.length, lowered)
  assert.ok(lowered > 0)
  for (const id of changed) {
    assert.match(readFileSync(`/proc/self/task/${id}/comm`, 'utf8'), /^libuv-worker/)
    assert.equal(getPriority(Number(id)), 10)
  }
})
