// A harness that finds nothing proves nothing until it has found something: servers that lie, and a
// disk that forgets, must be found out by the very run that finds an honest server faultless.
import assert from 'node:assert/strict'
import { existsSync, readFileSync, truncateSync } from 'node:fs'
import { test } from 'node:test'
import { CrashRun, type RunOptions } from './crash-run.ts'
import type { Finding } from './journal.ts'
import type { Kill } from './kills.ts'

const KILLS = 4
const underLoad: Kill = { name: 'after some answers', when: 'under load', acknowledgements: 120 }

/** What a run of a few kills reports. */
async function findingsOf(options: Partial<RunOptions>): Promise<readonly Finding[]> {
  const run = new CrashRun({
    ...options,
    env: {
      OAUTH2_LOGIN_RATE_LIMIT_MAX_ATTEMPTS: '1000',
      OAUTH2_JANITOR_INTERVAL_SECS: '0', // what writes of itself would be late as well
      ...options.env,
    },
  })
  await run.run(Array.from({ length: KILLS }, () => underLoad))
  return run.journal.findings
}

function assertFound(findings: readonly Finding[], kind: Finding['kind'], text: RegExp): void {
  const isFound = findings.some((finding) => finding.kind === kind && text.test(finding.text))
  const all = findings.map((finding) => `${finding.kind}: ${finding.text}`)
  assert.ok(isFound, `no ${kind} ${text} among\n${[...new Set(all)].join('\n')}`)
}

test('a server that answers before it commits is found out', async () => {
  const findings = await findingsOf({ lie: 'commits-late' })
  assertFound(findings, 'lost', /a live access token/)
})

test('a server that answers a revocation without storing it is found out', async () => {
  const findings = await findingsOf({ lie: 'forgets-revocations' })
  assertFound(findings, 'revived', /an ended access token/)
  assertFound(findings, 'revived', /an ended family/)
})

test('a server that rotates without spending the old refresh token is found out', async () => {
  const findings = await findingsOf({
    lie: 'forgets-rotations',
    env: { OAUTH2_REFRESH_TOKEN_GRACE_SECS: '0' },
  })
  assertFound(findings, 'twice', /families with two live refresh tokens/)
})

/** What is left of a write-ahead log when a disk acknowledged an fsync and then lost power. */
const KEPT = 0.7

const LOG_HEADER = 32
const FRAME_HEADER = 24

/**
 * Where a part of the frames ends that count: after a checkpoint a log is written anew from its
 * beginning, and what lies behind its last frame is of the log before (SQLite file format §4.1).
 */
function endOfPart(log: Buffer, part: number): number {
  const frameBytes = FRAME_HEADER + log.readUInt32BE(8)
  const salts = log.subarray(16, 24)
  let frames = 0
  for (let at = LOG_HEADER; at + frameBytes <= log.length; at += frameBytes) {
    if (!log.subarray(at + 8, at + 16).equals(salts)) break
    frames++
  }
  return LOG_HEADER + Math.floor(frames * part) * frameBytes
}

test('a disk that forgets the end of the log is found out', async () => {
  const findings = await findingsOf({
    afterKill: (database) => {
      const log = `${database}-wal`
      if (existsSync(log)) truncateSync(log, endOfPart(readFileSync(log), KEPT))
    },
  })
  assertFound(findings, 'lost', /a live access token/)
})
