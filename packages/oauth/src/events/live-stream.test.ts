import assert from 'node:assert/strict'
import { describe, mock, type TestContext, test } from 'node:test'
import { type FeedEnd, type FeedEntry, type FeedReader, OAuthError } from '@grantd/domain'
import { LiveStream } from './live-stream.ts'

const HEARTBEAT_MS = 1_000
const silent = { debug() {}, info() {}, warn() {}, error() {} }

/** A stream to a peer that takes what it is told to take. */
function open(t: TestContext, waiting: (FeedEntry | 'lost')[] = []) {
  mock.timers.enable({ apis: ['setInterval'] })
  t.after(() => mock.timers.reset())
  const written: string[] = []
  const peer = { takes: true, isCut: false, hasEnded: false }
  const check: { answer: () => Promise<unknown> } = { answer: async () => undefined }
  let reason: FeedEnd | undefined
  const reader: FeedReader = {
    start: 'now',
    next: () => waiting.shift(),
    close: (why) => {
      reason ??= why
    },
  }
  const stream = new LiveStream({
    reader,
    out: {
      write: (text) => {
        written.push(text)
        return peer.takes
      },
      end: (text) => {
        written.push(text)
        peer.hasEnded = true
      },
      cut: () => {
        peer.isCut = true
      },
    },
    heartbeatMs: HEARTBEAT_MS,
    recheck: () => check.answer(),
    log: silent,
    clientId: 'console',
  })
  return { stream, written, peer, check, reason: () => reason }
}

async function beat(): Promise<void> {
  mock.timers.tick(HEARTBEAT_MS)
  // What the heartbeat asks is answered some promises later.
  for (let turn = 0; turn < 10; turn++) await Promise.resolve()
}

function entry(n: number): FeedEntry {
  return { place: `p-${n}`, json: `{"n":${n}}`, envelope: {} as FeedEntry['envelope'] } // not looked at
}

describe('a live stream', () => {
  test('begins with how it follows what was read before, then sends events', (t) => {
    const { written } = open(t, [entry(1), entry(2)])
    assert.deepEqual(written, [
      'retry: 3000\n\nevent: ready\ndata: {"start":"now"}\n\n',
      'id: p-1\ndata: {"n":1}\n\n',
      'id: p-2\ndata: {"n":2}\n\n',
    ])
  })

  test('writes no more than its peer takes', (t) => {
    const waiting = [entry(1)]
    const { stream, written, peer } = open(t, waiting)
    peer.takes = false
    waiting.push(entry(2), entry(3))
    stream.pump()
    stream.pump()
    assert.equal(waiting.length, 1, 'one went, and then the peer was full')
    peer.takes = true
    stream.onRoom()
    assert.deepEqual([waiting.length, written.length], [0, 4])
  })

  test('ends for a peer that was too slow, and says so', (t) => {
    const { written, peer, reason } = open(t, ['lost'])
    assert.equal(written.at(-1), 'event: end\ndata: {"reason":"too_slow"}\n\n')
    assert.deepEqual([peer.hasEnded, reason()], [true, 'too_slow'])
  })

  test('shows signs of life, and cuts a peer off that takes none', async (t) => {
    const { written, peer, reason, stream } = open(t)
    peer.takes = false
    await beat()
    assert.equal(written.at(-1), ': still here\n\n')
    await beat()
    assert.equal(peer.isCut, false, 'it may just be slow')
    await beat()
    assert.deepEqual([peer.isCut, reason()], [true, 'stalled'])
    const count = written.length
    await beat()
    stream.pump()
    assert.equal(written.length, count, 'nothing after the end')
  })

  test('ends when the token is good no more', async (t) => {
    const { written, check, reason } = open(t)
    check.answer = () => Promise.reject(new OAuthError('invalid_token', 'revoked'))
    await beat()
    assert.equal(written.at(-1), 'event: end\ndata: {"reason":"token_ended"}\n\n')
    assert.equal(reason(), 'token_ended')
  })

  test('lives through a short outage of the storage, not through a long one', async (t) => {
    const { check, reason } = open(t)
    check.answer = () => Promise.reject(new Error('the database is away'))
    for (let n = 0; n < 3; n++) await beat()
    assert.equal(reason(), undefined)
    check.answer = async () => undefined
    await beat()
    check.answer = () => Promise.reject(new Error('the database is away'))
    for (let n = 0; n < 4; n++) await beat()
    assert.equal(reason(), 'token_ended')
  })

  test('ends with the server; a peer that is full is cut off', (t) => {
    const first = open(t)
    first.stream.onDraining()
    assert.equal(first.written.at(-1), 'event: end\ndata: {"reason":"shutting_down"}\n\n')
    first.stream.onClosed()
    assert.equal(first.reason(), 'shutting_down')
    mock.timers.reset()
    const waiting: FeedEntry[] = []
    const full = open(t, waiting)
    full.peer.takes = false
    waiting.push(entry(1))
    full.stream.pump()
    full.stream.onDraining()
    assert.deepEqual([full.peer.isCut, full.peer.hasEnded], [true, false])
  })
})
