import assert from 'node:assert/strict'
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { aCode, NOW } from '../../conformance/samples.ts'
import { openStorage } from '../../registry.ts'
import { temporaryFolder } from './testing.ts'

const FIXTURE = fileURLToPath(new URL('./race-fixture.ts', import.meta.url))
const CODES = 200

type Child = ChildProcessByStdio<Writable, Readable, null>

const start = (url: string): Child =>
  spawn(process.execPath, [FIXTURE, url, String(NOW)], { stdio: ['pipe', 'pipe', 'inherit'] })

describe('two processes on one file', () => {
  test('that start at once migrate it once, and each code has exactly one winner', async () => {
    using folder = temporaryFolder()
    const url = `sqlite:${folder.path('a.db')}`
    const children = [start(url), start(url)]
    const lines = children.map((child) => createInterface(child.stdout)[Symbol.asyncIterator]())
    for (const line of lines) assert.equal((await line.next()).value, 'ready')

    const storage = await openStorage(url)
    assert.deepEqual(storage.migrations.applied, [])
    const codes = Array.from({ length: CODES }, () => aCode())
    await Promise.all(codes.map((code) => storage.commit([{ kind: 'code.insert', code }])))
    const ids = codes.map(({ id }) => id)
    const ended = children.map((child) => once(child, 'exit'))
    children[0]?.stdin.end(ids.join('\n'))
    children[1]?.stdin.end(ids.toReversed().join('\n'))
    const won: string[] = []
    for (const line of lines) won.push(...JSON.parse(String((await line.next()).value)))
    assert.deepEqual(won.toSorted(), ids.toSorted())
    for (const exit of ended) assert.equal((await exit)[0], 0)
    await storage.close()
  })
})
