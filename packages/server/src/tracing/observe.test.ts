import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Clock, type SharedBuckets, type SharedCache, StorageError } from '@grantd/domain'
import { ambientOrigin } from '@grantd/oauth'
import { openStorage } from '@grantd/storage'
import type { Span, Tracer } from '@grantd/telemetry'
import { observeBuckets, observeCache, observeStorage } from './observe.ts'
import { TracedOrigin } from './traced-origin.ts'
import { Tracing } from './tracing.ts'

interface Seen {
  readonly name: string
  readonly set: Record<string, unknown>
  failed?: string
  isEnded: boolean
}

/** Notes what is made instead of sending it. */
function noting() {
  const seen: Seen[] = []
  const made = (name: string, isRecorded = true): Span => {
    const note: Seen = { name, set: {}, isEnded: false }
    seen.push(note)
    return {
      traceId: '1'.repeat(32),
      spanId: '2'.repeat(16),
      isRecorded,
      traceparent: '',
      tracestate: undefined,
      rename: () => undefined,
      set: (key, value) => {
        note.set[key] = value
      },
      fail: (type) => {
        note.failed = type
      },
      end: () => {
        note.isEnded = true
      },
    }
  }
  const tracer: Tracer = {
    root: (name) => made(name),
    child: (_parent, name) => made(name),
    counts: { exported: 0, dropped: 0, failed: 0, waiting: 0 },
    shutdown: () => Promise.resolve(),
  }
  const silent = { debug() {}, info() {}, warn() {}, error() {} }
  const within = <Result>(work: () => Result, isRecorded = true): Result => {
    const origin = new TracedOrigin('id', 'http', made('request', isRecorded))
    seen.length = 0
    return ambientOrigin.run(origin, work)
  }
  return { tracing: new Tracing(tracer, silent), seen, within }
}

const clock: Clock = { nowMs: () => 1_000_000 }

describe('an observed storage', () => {
  test('answers as it did, and each call has a span with names alone', async () => {
    const { tracing, seen, within } = noting()
    const storage = observeStorage(await openStorage('memory:', { clock }), 'memory:', tracing)
    await within(async () => {
      assert.equal(await storage.notes.find('canary'), undefined)
      await storage.commit([])
    })
    assert.deepEqual(seen, [
      {
        name: 'find notes',
        set: {
          'db.system.name': 'memory',
          'db.operation.name': 'find',
          'db.collection.name': 'notes',
        },
        isEnded: true,
      },
      {
        name: 'commit',
        set: { 'db.system.name': 'memory', 'db.operation.name': 'commit', 'grantd.changes': '' },
        isEnded: true,
      },
    ])
    assert.equal(typeof storage.migrations, 'object')
    await storage.close()
  })

  test('a failure passes through and is told by its name', async () => {
    const { tracing, seen, within } = noting()
    const opened = await openStorage('memory:', { clock })
    const broken = {
      ...opened,
      ping: () => Promise.reject(new StorageError('unavailable', { message: 'canary' })),
    }
    const storage = observeStorage(broken, 'memory:', tracing)
    await assert.rejects(
      within(() => storage.ping()),
      { kind: 'unavailable' },
    )
    assert.deepEqual([seen[0]?.failed, seen[0]?.isEnded], ['StorageError', true])
    await opened.close()
  })

  test('outside a request, and where it is not recorded, there are none', async () => {
    const { tracing, seen, within } = noting()
    const storage = observeStorage(await openStorage('memory:', { clock }), 'memory:', tracing)
    await storage.ping()
    await within(() => storage.ping(), false)
    assert.deepEqual(seen, [])
    await storage.close()
  })
})

describe('an observed Redis', () => {
  test('a look-up has a span, and nothing else changes', async () => {
    const { tracing, seen, within } = noting()
    const calls: string[] = []
    const cache: SharedCache = {
      get: async (name) => Buffer.from(name),
      put: (name) => void calls.push(`put ${name}`),
      announce: (tags) => void calls.push(`announce ${tags}`),
      listen: () => void calls.push('listen'),
      now: () => 7,
      close: async () => void calls.push('close'),
    }
    const observed = observeCache(cache, tracing)
    await within(async () => {
      assert.equal(String(await observed.get('a')), 'a')
      observed.put('b', Buffer.alloc(1), 1)
      observed.announce(['c'])
      observed.listen({ opened() {}, closed() {}, announced() {} })
      assert.equal(observed.now(), 7)
      await observed.close()
    })
    assert.deepEqual(calls, ['put b', 'announce c', 'listen', 'close'])
    const set = { 'db.system.name': 'redis', 'db.operation.name': 'get' }
    assert.deepEqual(seen, [{ name: 'redis.get', set, isEnded: true }])
  })
})

test('each question of the rate limits has a span, which says when nobody answers', async () => {
  const { tracing, seen, within } = noting()
  const verdict = { isAllowed: true, limit: 1, remaining: 0, retryAfterMs: 0, resetMs: 1 }
  const answers = [Promise.resolve(verdict), Promise.resolve(undefined), undefined]
  const closed: string[] = []
  const buckets: SharedBuckets = {
    take: () => answers.shift(),
    close: async () => void closed.push('close'),
  }
  const observed = observeBuckets(buckets, tracing)
  const attempt = { key: 'network:192.0.2.1', capacity: 1, windowMs: 1 }
  await within(async () => {
    assert.equal(await observed.take(attempt), verdict)
    assert.equal(await observed.take(attempt), undefined)
    assert.equal(observed.take(attempt), undefined, 'nobody waits')
    await observed.close()
  })
  assert.deepEqual(closed, ['close'])
  const set = { 'db.system.name': 'redis', 'db.operation.name': 'eval' }
  const span = { name: 'redis.take', set, isEnded: true }
  const failed = [span, { ...span, failed: 'no_answer' }, { ...span, failed: 'not_asked' }]
  assert.deepEqual(seen, failed)
  assert.doesNotMatch(JSON.stringify(seen), /192/, 'the key is an address')
})
