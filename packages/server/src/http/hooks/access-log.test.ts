import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createAccessLog } from './access-log.ts'

const ENTRY = {
  requestId: '1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed',
  method: 'GET',
  path: '/health',
  status: 200,
  ms: 1.24,
  ip: '127.0.0.1',
  bytes: 2,
}
const TRACE = '1b9d6bcdbbfd4b2d9b5dab8dfbbd4bed'

function lineOf(entry: Parameters<ReturnType<typeof createAccessLog>['write']>[0]) {
  const lines: string[] = []
  createAccessLog({ target: { write: (line) => void lines.push(line) } }).write(entry)
  assert.equal(lines.length, 1)
  const { time, ...rest } = JSON.parse(lines[0] ?? '')
  assert.equal(typeof time, 'number')
  return rest
}

describe('access log lines', () => {
  const common = {
    level: 30,
    log: 'access',
    request_id: ENTRY.requestId,
    method: 'GET',
    path: '/health',
    status: 200,
    ms: 1.2,
    ip: '127.0.0.1',
    bytes: 2,
  }

  test('without traces a line has no trace, and no word of leaving', () => {
    assert.deepEqual(lineOf({ ...ENTRY, isAborted: false, trace: undefined }), common)
  })

  test('a caller that left before the answer is told from one that got 4xx', () => {
    assert.deepEqual(lineOf({ ...ENTRY, status: 499, isAborted: true }), {
      ...common,
      status: 499,
      aborted: true,
    })
  })

  test('a recorded span is named, of any other the trace alone', () => {
    const span = { traceId: TRACE, spanId: '00f067aa0ba902b7' }
    const recorded = { ...span, isRecorded: true }
    assert.deepEqual(lineOf({ ...ENTRY, trace: recorded }), {
      ...common,
      trace_id: TRACE,
      span_id: span.spanId,
    })
    const idle = { ...span, isRecorded: false }
    assert.deepEqual(lineOf({ ...ENTRY, trace: idle }), { ...common, trace_id: TRACE })
  })
})
