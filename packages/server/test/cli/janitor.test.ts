// What `grantd janitor --dry-run` counts, and that `grantd janitor` deletes just that.
import assert from 'node:assert/strict'
import path from 'node:path'
import { test } from 'node:test'
import {
  type Change,
  type ClientId,
  type EpochSeconds,
  hashSecret,
  IdMaker,
  nowSeconds,
  parseScope,
  systemClock,
  systemRandom,
} from '@grantd/domain'
import { auditChange, extendChain } from '@grantd/oauth'
import { openStorage } from '@grantd/storage'
import { Place } from './cli.ts'

const KEY = '2b'.repeat(32)
const ENV = {
  OAUTH2_ENCRYPTION_KEY: KEY,
  OAUTH2_DATABASE_URL: 'sqlite:a.db',
  OAUTH2_AUDIT_RETENTION_DAYS: '30',
  OAUTH2_EVENTS_HISTORY_DAYS: '30',
}
const DAY = 86_400
const DRY = ['janitor', '--dry-run']

interface Counted {
  readonly dry_run: boolean
  readonly expired: Readonly<Record<string, number>>
  readonly deleted: number
}

/** Two tokens that ended and one that lives, three audit records and two events of which one each is young. */
async function prepare(place: Place): Promise<void> {
  assert.equal((await place.run(['migrate', 'up'])).code, 0)
  const storage = await openStorage(`sqlite:${path.join(place.folder, 'a.db')}`)
  const now = nowSeconds(systemClock)
  const ids = new IdMaker({ clock: systemClock, random: systemRandom })
  const at = (seconds: number) => (now + seconds) as EpochSeconds
  const token = (expiresAt: EpochSeconds): Change => ({
    kind: 'token.insert',
    token: {
      id: ids.next(),
      hash: hashSecret(systemRandom.base64url(9)),
      clientId: 'a-client' as ClientId,
      userId: undefined,
      familyId: undefined,
      scope: parseScope('read'),
      audience: [],
      issuedAt: at(-DAY),
      expiresAt,
      revokedAt: undefined,
    },
  })
  const record = (days: number): Change => {
    const clock = { ...systemClock, nowMs: () => systemClock.nowMs() - days * DAY * 1_000 }
    const note = { action: 'client.created', targetKind: 'client', targetId: `c${days}` } as const
    return auditChange(note, { clock, ids })
  }
  const event = (days: number): Change => ({
    kind: 'outbox.append',
    event: { key: `e${days}`, payload: '{}', createdAt: at(-days * DAY) },
  })
  const changes = [token(at(-10)), token(at(-20)), token(at(DAY)), event(40), event(1)]
  await storage.commit([...changes, record(50), record(40), record(1)])
  await extendChain({ storage, clock: systemClock, ids, encryptionKey: Buffer.from(KEY, 'hex') })
  await storage.close()
}

test('janitor --dry-run counts what janitor deletes, and deletes nothing', async () => {
  using place = new Place(ENV)
  await prepare(place)
  const expected = { deleted: 2, clients: 0, retired: 0, audit: 2, events: 1 }
  const { expired: rows, dry_run, ...counted } = await place.json<Counted>(DRY)
  assert.deepEqual([dry_run, counted], [true, expected])
  assert.deepEqual([rows.tokens, rows.families], [2, 0])
  const shown = await place.run(DRY)
  assert.match(shown.stdout, /^access tokens +2$/m)
  assert.match(shown.stdout, /^audit records +2$/m)
  assert.match(shown.stderr, /nothing was deleted/)
  const { seconds, ...done } = await place.json<Record<string, unknown>>(['janitor'])
  assert.deepEqual(done, expected)
  assert.equal(typeof seconds, 'number')
  const { expired, ...left } = await place.json<Counted>(DRY)
  const nothing = { deleted: 0, clients: 0, retired: 0, audit: 0, events: 0 }
  assert.deepEqual(left, { dry_run: true, ...nothing })
  assert.ok(Object.values(expired).every((count) => count === 0))
  assert.equal((await place.run(['audit', 'verify'])).code, 0)
})
