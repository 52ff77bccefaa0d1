import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { type SendOutcome, SpanQueue } from './span-queue.ts'

interface Call {
  readonly items: readonly number[]
  answer(outcome: SendOutcome): void
}

function queueWith(options: { maxQueue?: number; batchSize?: number; delayMs?: number } = {}) {
  const calls: Call[] = []
  const said: string[] = []
  const queue = new SpanQueue<number>({
    send: (items) => new Promise((answer) => calls.push({ items, answer })),
    maxQueue: 4,
    batchSize: 2,
    delayMs: 60_000,
    timeoutMs: 1_000,
    firstPauseMs: 1,
    onTrouble: (reason) => said.push(reason),
    onRecovery: () => said.push('back'),
    onOverflow: () => said.push('overflow'),
    ...options,
  })
  const call = async (n: number): Promise<Call> => {
    for (;;) {
      const found = calls[n]
      if (found !== undefined) return found
      await turn()
    }
  }
  return { queue, calls, said, call }
}

const TAKEN = { taken: true } as const

describe('SpanQueue', () => {
  test('a whole batch goes at once, a part of one after the delay', async () => {
    const { queue, call } = queueWith({ delayMs: 1 })
    queue.add(1)
    assert.deepEqual((await call(0)).items, [1])
    queue.add(2)
    queue.add(3)
    ;(await call(0)).answer(TAKEN)
    const second = await call(1)
    assert.deepEqual(second.items, [2, 3])
    second.answer(TAKEN)
    await queue.close(1_000)
    assert.deepEqual(queue.counts, { exported: 3, dropped: 0, failed: 0, waiting: 0 })
  })

  test('a collector that hangs costs its bound and no more; what is over is counted', async () => {
    const { queue, calls, said } = queueWith()
    for (let n = 0; n < 1_000; n++) queue.add(n)
    assert.deepEqual(said, ['overflow'], 'said once')
    await turn()
    assert.equal(calls.length, 1)
    assert.deepEqual(queue.counts, { exported: 0, dropped: 994, failed: 0, waiting: 6 })
    await queue.close(1)
    assert.deepEqual(queue.counts, { exported: 0, dropped: 1_000, failed: 0, waiting: 0 })
    calls[0]?.answer(TAKEN)
    await turn()
    assert.equal(queue.counts.exported, 0, 'an answer after the end counts nothing twice')
  })

  test('the same batch is tried again; trouble and its end are said once', async () => {
    const { queue, said, call } = queueWith()
    queue.add(1)
    queue.add(2)
    ;(await call(0)).answer({ retry: 'ECONNREFUSED' })
    ;(await call(1)).answer({ retry: 'ECONNREFUSED' })
    const third = await call(2)
    assert.deepEqual(third.items, [1, 2])
    third.answer({ taken: true, refused: 1 })
    await queue.close(1_000)
    assert.deepEqual(queue.counts, { exported: 1, dropped: 0, failed: 1, waiting: 0 })
    assert.deepEqual(said, ['ECONNREFUSED', 'back'])
  })

  test('a batch that is refused, or refused too often, is given up', async () => {
    const { queue, call } = queueWith()
    queue.add(1)
    queue.add(2)
    ;(await call(0)).answer({ refused: 'HTTP 400' })
    queue.add(3)
    queue.add(4)
    for (let n = 1; n <= 5; n++) (await call(n)).answer({ retry: 'HTTP 503' })
    await queue.close(1_000)
    assert.deepEqual(queue.counts, { exported: 0, dropped: 0, failed: 4, waiting: 0 })
  })

  test('a batch that cannot even be sent is given up, and the next one is not', async () => {
    const said: string[] = []
    let isBroken = true
    const queue = new SpanQueue<number>({
      send: async () => {
        if (isBroken) throw new TypeError('no such header')
        return TAKEN
      },
      maxQueue: 4,
      batchSize: 1,
      delayMs: 60_000,
      timeoutMs: 1_000,
      onTrouble: (reason) => said.push(reason),
      onRecovery: () => said.push('back'),
      onOverflow: () => undefined,
    })
    queue.add(1)
    while (queue.counts.failed === 0) await turn()
    isBroken = false
    queue.add(2)
    await queue.close(1_000)
    assert.deepEqual(queue.counts, { exported: 1, dropped: 0, failed: 1, waiting: 0 })
    assert.deepEqual(said, ['no such header', 'back'])
  })

  test('the end does not wait for a pause between tries', async () => {
    const { queue, call } = queueWith()
    queue.add(1)
    queue.add(2)
    queue.add(3)
    ;(await call(0)).answer({ retry: 'busy', afterMs: 5_000 })
    await turn()
    const closing = queue.close(60_000)
    ;(await call(1)).answer(TAKEN)
    ;(await call(2)).answer(TAKEN)
    await closing
    assert.deepEqual(queue.counts, { exported: 3, dropped: 0, failed: 0, waiting: 0 })
    queue.add(4)
    assert.equal(queue.counts.dropped, 1, 'nothing is taken after the end')
  })
})
