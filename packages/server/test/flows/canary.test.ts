// Every secret of a whole tour, and everything that is kept or seen of it. Nothing of the one may be in the
// other. New surfaces: see support/canary.ts.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Place } from '../cli/cli.ts'
import { Canary } from '../support/canary.ts'
import type { TourReport } from '../support/canary-process.ts'

const KEY = randomBytes(32).toString('hex')
const folder = mkdtempSync(path.join(tmpdir(), 'grantd-tour-'))
after(() => rmSync(folder, { recursive: true, force: true }))

let report: TourReport
let canary: Canary
let output: { stdout: string; stderr: string }

before(() => {
  const script = path.resolve(import.meta.dirname, '../support/canary-process.ts')
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, folder], {
    encoding: 'utf8',
    env: { ...process.env, TOUR_ENCRYPTION_KEY: KEY },
    maxBuffer: 100_000_000,
  })
  assert.equal(status, 0, stderr.slice(-4_000))
  output = { stdout, stderr }
  report = JSON.parse(readFileSync(path.join(folder, 'report.json'), 'utf8'))
  canary = Canary.from(report.secrets)
})

/** All files of a name's beginning, byte for byte. */
function bytesOf(beginning: string): string {
  return readdirSync(folder)
    .filter((name) => name.startsWith(beginning))
    .map((name) => readFileSync(path.join(folder, name), 'latin1'))
    .join('\n')
}

describe('T225 no secret of the tour', () => {
  test('is missing from the search: each kind was met', () => {
    const kinds = new Set(report.secrets.map(([kind]) => kind.replace(/ \d+$/, '')))
    for (const kind of [
      ...[
        'password',
        'wrong password',
        'reset password',
        'sign-up password',
        'client secret',
        'code',
      ],
      ...[
        'verifier',
        'access_token',
        'refresh_token',
        'id_token',
        'assertion',
        'sid cookie',
        'csrf',
      ],
      ...['pending cookie', 'device cookie', 'reset link', 'sign-up link', 'TOTP seed'],
      ...['recovery code', 'registration token', 'encryption key'],
    ])
      assert.ok(kinds.has(kind), `${kind} was not met`)
    assert.ok(kinds.size >= 40, `${kinds.size} kinds`)
    assert.ok(report.mails >= 4, 'letters were sent')
  })

  test('is in the access log', () => {
    assert.match(output.stdout, /"path":"\/oauth\/token"/)
    canary.assertAbsent('the access log', output.stdout)
  })

  test('is in the log at any level, nor in the events that it tells', () => {
    for (const heard of [/used again/, /user_authentication_failed/, /"level":30/, /recovery_code/])
      assert.match(output.stderr, heard)
    canary.assertAbsent('the log', output.stderr)
  })

  test('is in an event, in memory or out of the outbox', () => {
    assert.match(report.outbox, /client_registered/)
    canary.assertAbsent('events of the outbox', report.outbox)
    assert.match(report.ring, /token_validated/)
    canary.assertAbsent('events in memory', report.ring)
  })

  test('is in the audit trail', () => {
    assert.match(report.audit, /refresh_token\.reused|token\.reused|reuse/)
    canary.assertAbsent('the audit trail', report.audit)
  })

  test('is in an address that a browser is sent to, but for the code that it brings', () => {
    assert.ok(report.locations.length > 10)
    canary.assertAbsent('Location headers', report.locations.join('\n'), ['code'])
  })

  test('is in a refusal', () => {
    assert.ok(report.refusals.length > 40)
    // A form that is shown again carries the ticket of the link that led to it.
    const ofForms = ['reset link', 'sign-up link']
    canary.assertAbsent('bodies and headers of refusals', report.refusals.join('\n'), ofForms)
  })

  test('is in the database, its journal or a backup of it', async () => {
    const database = bytesOf('tour.db')
    assert.match(database, /token_families/, 'the right files were read')
    canary.assertAbsent('the database', database)
    using place = new Place({
      OAUTH2_DATABASE_URL: `sqlite:${folder}/tour.db`,
      OAUTH2_ENCRYPTION_KEY: KEY,
      OAUTH2_PUBLIC_URL: 'http://localhost:8080',
    })
    const backup = await place.run(['backup', path.join(folder, 'tour.backup')])
    assert.equal(backup.code, 0, backup.stderr)
    canary.assertAbsent('the backup', bytesOf('tour.backup'))
    const audit = await place.run(['audit', 'tail', '-n', '1000'])
    assert.equal(audit.code, 0, audit.stderr)
    canary.assertAbsent('grantd audit tail', audit.stdout + audit.stderr)
    const print = await place.run(['config', 'print'])
    const explain = await place.run(['config', 'explain', 'secrets.encryption_key'])
    canary.assertAbsent('config print and explain', print.stdout + print.stderr + explain.stdout)
  })

  test('is in the title of the process', () => {
    canary.assertAbsent('the title', report.title)
  })
})

describe('the search itself', () => {
  test('finds a secret in every usual encoding, and nothing else', () => {
    const one = new Canary()
    const secret = one.mint('password')
    for (const text of [
      secret,
      encodeURIComponent(secret),
      secret.replaceAll(' ', '+'),
      Buffer.from(secret).toString('base64'),
      Buffer.from(secret).toString('base64url'),
      Buffer.from(secret).toString('hex').toUpperCase(),
    ])
      assert.throws(
        () => one.assertAbsent('a text', `before ${text} after`),
        /password 0 is in a text/,
      )
    one.assertAbsent('a text', 'nothing')
    assert.throws(() => one.assertAbsent('a text', ''), /empty/)
  })
})
