import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import {
  type ClientId,
  hashSecret,
  IdMaker,
  parseScope,
  systemClock,
  systemRandom,
} from '@grantd/domain'
import { openStorage } from '@grantd/storage'
import { Place, start } from './cli.ts'

const ENV = { OAUTH2_ENCRYPTION_KEY: '2b'.repeat(32), OAUTH2_DATABASE_URL: 'sqlite:a.db' }
const ROWS = 20_000

interface Kind {
  readonly kind: string
  readonly rows: number
  readonly checksum: string
}

/** A migrated database with one client, and as many tokens as are asked for. */
async function prepare(place: Place, rows = 0): Promise<void> {
  assert.equal((await place.run(['migrate', 'up'])).code, 0)
  const created = await place.run(['client', 'create', '--name', 'App', '--type', 'm2m'])
  assert.equal(created.code, 0, created.stderr)
  const storage = await openStorage(`sqlite:${path.join(place.folder, 'a.db')}`)
  const ids = new IdMaker({ clock: systemClock, random: systemRandom })
  for (let made = 0; made < rows; made += 1_000) {
    const tokens = Array.from({ length: 1_000 }, () => ({
      id: ids.next(),
      hash: hashSecret(systemRandom.base64url(9)),
      clientId: 'a-client' as ClientId,
      userId: undefined,
      familyId: undefined,
      scope: parseScope('read'),
      audience: [],
      issuedAt: 1_800_000_000,
      expiresAt: 4_000_000_000,
      revokedAt: undefined,
    }))
    await storage.commit(tokens.map((token) => ({ kind: 'token.insert', token }) as never))
  }
  await storage.close()
}

const rowsOf = (kinds: readonly Kind[], name: string) => kinds.find(({ kind }) => kind === name)

describe('grantd move', () => {
  test('kill -9 in the midst of it costs nothing: the same command goes on, and the source is as it was', async () => {
    using place = new Place(ENV)
    await prepare(place, ROWS)
    const source = readFileSync(path.join(place.folder, 'a.db'))
    const command = ['move', '--from', 'sqlite:a.db', '--to', 'sqlite:b.db']
    const child = place.spawn(command)
    const ended = once(child, 'exit')
    const target = path.join(place.folder, 'b.db')
    while (positionIn(target) === undefined && child.exitCode === null) await wait(5)
    child.kill('SIGKILL')
    assert.deepEqual(await ended, [null, 'SIGKILL'], 'it was killed before it was done')

    const serve = await place.run(['client', 'list', '--database.url', 'sqlite:b.db'])
    assert.equal(serve.code, 1)
    assert.match(serve.stderr, /E_COPY_UNFINISHED .* run the same grantd move again/)

    const kinds = await place.json<Kind[]>(command)
    assert.equal(rowsOf(kinds, 'token')?.rows, ROWS)
    assert.deepEqual(readFileSync(path.join(place.folder, 'a.db')), source)
    const list = await place.run(['client', 'list', '--database.url', 'sqlite:b.db'])
    assert.match(list.stdout, /App/)
    const again = await place.run(command)
    assert.equal(again.code, 1)
    assert.match(again.stderr, /E_COPY_TARGET_NOT_EMPTY/)
  })

  test('a password in an argument is refused and not repeated; env: and file: are ways around', async () => {
    using place = new Place({ ...ENV, TARGET: 'sqlite:c.db' })
    await prepare(place)
    const bad = await place.run(['move', '--to', 'postgresql://u:hunter2@127.0.0.1:1/x'])
    assert.equal(bad.code, 2)
    assert.doesNotMatch(bad.stderr, /hunter2/)
    assert.match(bad.stderr, /env:NAME/)
    assert.equal((await place.run(['move', '--to', 'env:NOT_SET'])).code, 2)
    const byEnv = await place.json<Kind[]>(['move', '--to', 'env:TARGET'])
    assert.equal(rowsOf(byEnv, 'client')?.rows, 1)
    writeFileSync(path.join(place.folder, 'url'), 'sqlite:d.db\n')
    const byFile = await place.json<Kind[]>(['move', '--to', 'file:url'])
    assert.deepEqual(rowsOf(byFile, 'client'), rowsOf(byEnv, 'client'))
  })

  test('a database that a server works on is refused, on both sides', async () => {
    using place = new Place()
    await using server = await start(place, ['dev', '--json', '--port', '0'], '"issuer"')
    for (const [from, to] of [
      ['sqlite:.grantd/grantd.db', 'sqlite:b.db'],
      ['sqlite:b.db', 'sqlite:.grantd/grantd.db'],
    ]) {
      if (from === 'sqlite:b.db') await place.run(['migrate', 'up', '--database.url', from])
      const { code, stderr } = await place.run(['move', '--from', from ?? '', '--to', to ?? ''])
      assert.equal(code, 1)
      assert.match(stderr, /grantd\.db is in use by another process/)
    }
    assert.equal(await server.stop('SIGTERM'), 0)
  })
})

describe('grantd backup and restore', () => {
  test('beside a running server into a private file; restored, the accounts are there and the sessions not', async () => {
    using place = new Place()
    const file = path.join(place.folder, 'x.backup')
    {
      await using server = await start(place, ['dev', '--json', '--port', '0'], '"issuer"')
      const made = await place.json<Kind[]>(['backup', 'x.backup'])
      assert.equal(rowsOf(made, 'client')?.rows, 2)
      assert.equal(statSync(file).mode & 0o777, 0o600)
      assert.equal((await place.run(['backup', 'x.backup'])).code, 4)
      const busy = await place.run(['restore', 'x.backup', '--yes'])
      assert.equal(busy.code, 1)
      assert.match(busy.stderr, /in use by another process/)
      assert.equal(await server.stop('SIGTERM'), 0)
    }
    const unasked = await place.run(['restore', 'x.backup'])
    assert.equal(unasked.code, 2)
    assert.match(unasked.stderr, /holds data; the backup replaces all of it.*--yes/s)
    const kinds = await place.json<Kind[]>(['restore', 'x.backup', '--yes'])
    assert.deepEqual([rowsOf(kinds, 'client')?.rows, rowsOf(kinds, 'setupLink')?.rows], [2, 0])
    await using server = await start(place, ['dev', '--json', '--port', '0'], '"issuer"')
    assert.equal(await server.stop('SIGTERM'), 0)
  })

  test('what waits in the outbox and the audit chain come along, and the restore itself is told', async () => {
    using place = new Place({
      ...ENV,
      OAUTH2_EVENTS_BACKEND: 'kafka',
      OAUTH2_EVENTS_KAFKA_BROKERS: 'k:1',
    })
    await prepare(place)
    await place.json<Kind[]>(['backup', 'x.backup'])
    const moved = ['--database.url', 'sqlite:b.db']
    await place.json<Kind[]>(['move', '--to', 'sqlite:b.db'])
    await place.json<Kind[]>(['restore', 'x.backup', '--yes'])
    const [first, ...others] = typesIn(path.join(place.folder, 'a.db'))
    assert.deepEqual([first, others.at(-1)], ['client_registered', 'database_restored'])
    const inTarget = typesIn(path.join(place.folder, 'b.db'))
    assert.deepEqual([inTarget[0], inTarget.at(-1)], ['client_registered', 'database_moved'])
    for (const where of [[], moved]) {
      const { code, stdout } = await place.run(['audit', 'verify', ...where])
      assert.equal(code, 0, stdout)
    }
  })

  test('another encryption key, and a file that is no backup, are refused before anything changes', async () => {
    using place = new Place(ENV)
    await prepare(place)
    await place.run(['keys', 'rotate', '--immediately', '--yes'])
    assert.equal((await place.run(['backup', 'x.backup'])).code, 0)
    const before = readFileSync(path.join(place.folder, 'a.db'))
    const env = { OAUTH2_ENCRYPTION_KEY: '3b'.repeat(32) }
    const other = await place.run(['restore', 'x.backup', '--yes'], { env })
    assert.equal(other.code, 1)
    assert.match(other.stderr, /E_KEYS_SEALED/)
    writeFileSync(path.join(place.folder, 'y.backup'), 'no backup')
    const none = await place.run(['restore', 'y.backup', '--yes'])
    assert.equal(none.code, 1)
    assert.match(none.stderr, /E_BACKUP_UNKNOWN/)
    assert.deepEqual(readFileSync(path.join(place.folder, 'a.db')), before)
  })
})

/** How far the copy is that a target holds, as soon as it says so. */
function positionIn(file: string): unknown {
  try {
    using database = new DatabaseSync(file, { readOnly: true })
    const row = database.prepare("SELECT text FROM notes WHERE name = 'unfinished copy'").get()
    return row === undefined ? undefined : JSON.parse(String(row.text)).at
  } catch {
    return undefined // not there yet, or just being made
  }
}

function typesIn(file: string): string[] {
  using database = new DatabaseSync(file, { readOnly: true })
  const rows = database.prepare('SELECT payload FROM outbox ORDER BY seq').all()
  return rows.map(({ payload }) => JSON.parse(String(payload)).event.event_type)
}
