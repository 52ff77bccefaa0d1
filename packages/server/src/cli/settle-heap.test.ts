import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { settleHeap } from './settle-heap.ts'

test('settling gives garbage back and leaves no collector for others to call', () => {
  const garbage = new WeakRef({ of: 'the start' })
  // A WeakRef keeps its target for the rest of the turn that made or read it.
  return new Promise<void>((done) => setImmediate(done)).then(() => {
    settleHeap()
    assert.equal(garbage.deref(), undefined)
    assert.equal('gc' in globalThis, false)
  })
})

test('from then on the heap may hold twice what a major collection left', () => {
  const script = `
    const { settleHeap } = await import(${JSON.stringify(new URL('settle-heap.ts', import.meta.url).href)})
    const collect = gc
    settleHeap()
    globalThis.kept = Array.from({ length: 300_000 }, (_, number) => ({ number }))
    collect()
    collect()
  `
  const traced = [
    '--expose-gc',
    '--trace-gc',
    '--trace-gc-nvp',
    '--input-type=module',
    '-e',
    script,
  ]
  const printed = execFileSync(process.execPath, traced, { encoding: 'utf8' })
  const [, json = ''] = [...printed.matchAll(/GC: (\{.*"gc":"mc".*\})/g)].at(-1) ?? []
  const {
    old_gen_allocation_limit: limit,
    new_space_capacity: young,
    end_object_size: left,
  } = JSON.parse(json) as Readonly<Record<string, number>>
  if (limit === undefined || young === undefined || left === undefined) assert.fail(printed)
  const times = (limit - young) / left
  assert.ok(times > 1.9 && times < 2.1, `${times} times what was left`)
})
