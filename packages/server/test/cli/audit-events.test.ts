// The audit log and the outbox as an operator sees them, beside a running `grantd dev`.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, test } from 'node:test'
import { Place, type Running, start } from './cli.ts'

const place = new Place()
const plugin = path.join(place.folder, 'away.mjs')
const env = { OAUTH2_EVENTS_BACKEND: 'away', OAUTH2_EVENTS_PLUGINS: plugin }
let dev: Running

interface Report {
  readonly whole: boolean
  readonly faults: readonly string[]
  readonly records: number
  readonly waiting: number
  readonly head: { readonly seq: number; readonly hash: string }
}

/** Runs in the folder of the server, with its settings. */
const run = (args: readonly string[]) => place.run(args, { env })
const json = async <Value>(args: readonly string[]): Promise<Value> =>
  JSON.parse((await run([...args, '--output', 'json'])).stdout) as Value

before(async () => {
  writeFileSync(
    plugin,
    `export const plugin = {
       name: 'away',
       emit: async () => { throw new Error('nobody is there') },
       healthCheck: async () => false,
     }`,
  )
  writeFileSync(
    path.join(place.folder, '.env'),
    `OAUTH2_EVENTS_BACKEND=away\nOAUTH2_EVENTS_PLUGINS=${plugin}\nOAUTH2_EVENTS_STARTUP=degrade\n`,
  )
  dev = await start(place, ['dev', '--json', '--server.port', '0'], '"issuer"')
})
after(async () => {
  await dev?.[Symbol.asyncDispose]()
  place[Symbol.dispose]()
})

/** The records of a second ago are in the chain. */
async function chained(): Promise<Report> {
  for (;;) {
    const report = await json<Report>(['audit', 'verify'])
    if (report.waiting === 0) return report
  }
}

const database = () => new DatabaseSync(path.join(place.folder, '.grantd', 'grantd.db'))

describe('audit', { timeout: 120_000 }, () => {
  test('tail shows the newest acts, narrowed as asked', async () => {
    await run(['client', 'create', '--name', 'Billing', '--type', 'm2m', '--id', 'billing'])
    const { stdout } = await run(['audit', 'tail', '-n', '1', '--target', 'billing'])
    assert.match(stdout, /client\.created +cli +client billing/)
    const records = await json<{ action: string }[]>([
      'audit',
      'tail',
      '--action',
      'client.deleted',
    ])
    assert.deepEqual(records, [])
  })

  test('verify finds the log whole, and export prints it', async () => {
    const report = await chained()
    assert.deepEqual([report.whole, report.faults], [true, []])
    const { stdout, code } = await run(['audit', 'export'])
    assert.equal(code, 0)
    const lines = stdout.trim().split('\n')
    assert.equal(lines.length, report.records)
    assert.equal(JSON.parse(lines.at(-1) ?? '').hash, report.head.hash)
    const noted = `${report.head.seq}:${report.head.hash}`
    assert.equal((await run(['audit', 'verify', '--expect', noted])).code, 0)
    const other = `${report.head.seq}:${'A'.repeat(43)}`
    assert.equal((await run(['audit', 'verify', '--expect', other])).code, 1)
  })

  test('verify finds what was done to the file', async () => {
    const { head } = await chained()
    const last = head.seq
    const tampered = async (sql: string): Promise<readonly string[]> => {
      const open = database()
      open.exec(`CREATE TABLE kept AS SELECT * FROM audit_log;
                 CREATE TABLE marks AS SELECT * FROM audit_marks`)
      open.exec(sql)
      const { code, stdout } = await run(['audit', 'verify', '--output', 'json'])
      open.exec(`DELETE FROM audit_log; INSERT INTO audit_log SELECT * FROM kept; DROP TABLE kept;
                 DELETE FROM audit_marks; INSERT INTO audit_marks SELECT * FROM marks;
                 DROP TABLE marks`)
      open.close()
      assert.equal(code, 1)
      return (JSON.parse(stdout) as Report).faults
    }
    const changed = await tampered("UPDATE audit_log SET actor = 'nobody' WHERE seq = 2")
    assert.match(changed[0] ?? '', /^record 2 .* was changed or moved$/)
    const moved = await tampered(
      `UPDATE audit_log SET seq = -1 WHERE seq = 1; UPDATE audit_log SET seq = 1 WHERE seq = 2;
       UPDATE audit_log SET seq = 2 WHERE seq = -1`,
    )
    assert.ok(moved.length > 0)
    assert.deepEqual(await tampered(`DELETE FROM audit_log WHERE seq = ${last}`), [
      `records ${last} to ${last} are missing`,
    ])
    const cut = await tampered(
      `DELETE FROM audit_log WHERE seq = ${last};
       UPDATE audit_marks SET seq = ${last - 1},
         hash = (SELECT hash FROM audit_log WHERE seq = ${last - 1}) WHERE name = 'head'`,
    )
    assert.match(cut[0] ?? '', /end of the chain was not made with this encryption key/)
    assert.equal((await chained()).whole, true)
  })
})

describe('events', { timeout: 120_000 }, () => {
  test('what a command does waits for the backend as well', async () => {
    type Status = {
      readonly backends: readonly { readonly name: string; readonly waiting: number }[]
    }
    const before = (await json<Status>(['events', 'status'])).backends[0]
    assert.equal(before?.name, 'away')
    await run(['client', 'create', '--name', 'Other', '--type', 'm2m'])
    const now = (await json<Status>(['events', 'status'])).backends[0]
    assert.equal(now?.waiting, (before?.waiting ?? 0) + 1)
  })

  test('dead letters are listed and offered again', async () => {
    const open = database()
    open.exec(
      `INSERT INTO outbox_parked (sink, seq, key, payload, attempts, next_attempt_at, error, created_at, dead_at)
       VALUES ('away', 900000, 'billing', '{"event":{"event_type":"token_created"}}', 10, 0, 'too large', 0, 5)`,
    )
    open.close()
    const { stdout } = await run(['events', 'dead-letters', 'list'])
    assert.match(stdout, /900000 +away +token_created +billing .* too large/)
    assert.equal((await run(['events', 'dead-letters', 'replay'])).code, 2)
    const replayed = await run(['events', 'dead-letters', 'replay', '--seq', '900000'])
    assert.deepEqual([replayed.code, replayed.stdout.startsWith('1 offered again')], [0, true])
    assert.equal((await run(['events', 'dead-letters', 'replay', '--all'])).code, 1)
    const [act] = await json<{ action: string }[]>(['audit', 'tail', '-n', '1'])
    assert.equal(act?.action, 'events.replayed')
  })

  test('a replay needs a backend, a beginning, and something that was delivered', async () => {
    const after = ['--after', '0']
    assert.equal((await run(['events', 'replay', ...after])).code, 2)
    assert.equal((await run(['events', 'replay', '--sink', 'away'])).code, 2)
    assert.equal((await run(['events', 'replay', '--sink', 'none', ...after])).code, 1)
    const open = database()
    open.exec(
      "UPDATE outbox_sinks SET cursor_seq = cursor_seq + 1, epoch = epoch + 1 WHERE name = 'away'",
    )
    const { code, stdout } = await run(['events', 'replay', '--sink', 'away', ...after])
    assert.equal(code, 0, stdout)
    assert.equal(open.prepare('SELECT cursor_seq FROM outbox_sinks').get()?.cursor_seq, 0)
    open.close()
  })

  test('forget lets go of a backend, but not of one that is in use', async () => {
    // The replay took the lease away; the server takes it again when it notices.
    const isServed = async () =>
      (await json<{ backends: { served: boolean }[] }>(['events', 'status'])).backends[0]?.served
    while ((await isServed()) !== true);
    const inUse = await run(['events', 'forget', 'away', '--yes'])
    assert.deepEqual([inUse.code, /a server delivers to away/.test(inUse.stderr)], [1, true])
    const open = database()
    open.exec(
      "INSERT INTO outbox_sinks (name, cursor_seq, epoch, owner, lease_until) VALUES ('old', 0, 1, '', 0)",
    )
    assert.equal((await run(['events', 'forget', 'old', '--yes'])).code, 0)
    assert.equal(
      open.prepare("SELECT count(*) AS n FROM outbox_sinks WHERE name = 'old'").get()?.n,
      0,
    )
    open.close()
  })
})
