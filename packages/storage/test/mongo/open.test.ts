import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { StorageError } from '@grantd/domain'
import { type Handler, startWireServer, type WireServerOptions } from '@grantd/testkit/mongodb'
import { parseMongoUrl } from '../../src/mongo/url.ts'
import { migrationStatus, openStorage, readOnlyUrl } from '../../src/registry.ts'
import { nameOf, usual } from './scripted-server.ts'

describe('the URL of a MongoDB', () => {
  test('names hosts and database; without a database it is oauth2', () => {
    const { database, name, isReadOnly } = parseMongoUrl('mongodb://a:1,b:2/?replicaSet=rs0')
    assert.deepEqual([database, name, isReadOnly], ['oauth2', 'mongodb:a:1,b:2/oauth2', false])
    assert.equal(parseMongoUrl('mongodb+srv://db.example.com/grantd').database, 'grantd')
  })

  test('may name the application; without, it is oauth2-storage-mongo', () => {
    assert.match(parseMongoUrl('mongodb://a/').url, /appName=oauth2-storage-mongo/)
    assert.match(parseMongoUrl('mongodb://a/?appName=mine').url, /appName=mine/)
  })

  test('of a read-only opening differs in its mode, which the driver never sees', () => {
    for (const url of ['mongodb://a', 'mongodb://a/x', 'mongodb://a/x?tls=true']) {
      const { isReadOnly, url: given } = parseMongoUrl(readOnlyUrl(url))
      assert.equal(isReadOnly, true, url)
      assert.doesNotMatch(given, /mode=/)
    }
  })

  for (const setting of ['w=1', 'journal=false', 'readPreference=secondary', 'retryWrites=false']) {
    test(`is refused with ${setting}: what is acknowledged must last`, () => {
      const [name = ''] = setting.split('=')
      assert.throws(() => parseMongoUrl(`mongodb://a/?${setting}`), new RegExp(`remove "${name}"`))
    })
  }

  test('may say what grantd does anyway, as hosted databases print it', () => {
    assert.ok(parseMongoUrl('mongodb+srv://u:p@db.example.com/?retryWrites=true&w=majority'))
  })

  for (const url of ['mongodb://', 'mongodb://u:sesame/x@h/', 'mongodb://u:sesame@/x']) {
    test(`that cannot be read is refused without showing its password: ${url.length}`, () => {
      assert.throws(
        () => parseMongoUrl(url),
        (error: Error) => /cannot be read/.test(error.message) && !error.message.includes('sesame'),
      )
    })
  }

  test('with a setting that the driver does not know is refused before anything is opened', async () => {
    await assert.rejects(
      openStorage('mongodb://u:sesame@127.0.0.1/?nonsense=1'),
      (error: Error) => {
        assert.match(error.message, /nonsense/)
        assert.doesNotMatch(error.message, /sesame/)
        return true
      },
    )
  })
})

describe('a standalone server', () => {
  const standalone = () =>
    startWireServer({ isReplicaSet: false, handle: (each) => usual(nameOf(each), each) })

  test('is refused in production, with the reason and what to do', async () => {
    await using server = await standalone()
    const opening = openStorage(`mongodb://${server.address}/`, { requireTransactions: true })
    await assert.rejects(opening, {
      name: 'StorageError',
      kind: 'unavailable',
      message: /standalone server: it has no transactions/,
      fix: /replica set.*rs\.initiate/,
    })
  })

  test('is refused in production also by the check before the first start', async () => {
    await using server = await standalone()
    const url = `mongodb://${server.address}/`
    await assert.rejects(migrationStatus(url, { requireTransactions: true }), /standalone server/)
    assert.deepEqual((await migrationStatus(url)).pending, [])
  })

  test('is allowed otherwise, with a warning', async () => {
    await using server = await standalone()
    const warnings: string[] = []
    const onWarning = (warning: string) => warnings.push(warning)
    const storage = await openStorage(`mongodb://${server.address}/`, { onWarning })
    await storage.close()
    assert.match(warnings.join(), /standalone server.*development only/)
  })

  test('a replica set is opened without a warning', async () => {
    await using server = await startWireServer({ handle: (each) => usual(nameOf(each), each) })
    const storage = await openStorage(`mongodb://${server.address}/`, {
      requireTransactions: true,
      onWarning: assert.fail,
    })
    await storage.close()
  })
})

describe('a MongoDB that cannot be opened says why, and never the password', () => {
  const QUICK = 'serverSelectionTimeoutMS=200'
  const cases: readonly {
    readonly what: string
    readonly server?: Partial<WireServerOptions>
    /** What stands for ADDRESS is the server's. */
    readonly url: string
    readonly says: RegExp
  }[] = [
    {
      what: 'a host that does not answer',
      url: `mongodb://user:sesame@127.0.0.1:1/grantd?${QUICK}`,
      says: /^mongodb:127\.0\.0\.1:1\/grantd cannot be reached: .*127\.0\.0\.1:1: .*ECONNREFUSED/,
    },
    {
      what: 'a wrong password',
      server: { handle: failing('saslStart', 18, 'Authentication failed.') },
      url: 'mongodb://user:sesame@ADDRESS/grantd',
      says: /refuses the user or the password: Auth.*percent-encoded.*authSource=admin/,
    },
    {
      what: 'a user without rights',
      server: { handle: failing('find', 13, 'not authorized on grantd') },
      url: 'mongodb://ADDRESS/grantd',
      says: /does not let this user in: not authorized on grantd.*readWrite on grantd/,
    },
    {
      what: 'another replica set',
      server: {},
      url: `mongodb://ADDRESS/grantd?replicaSet=other&${QUICK}`,
      says: /none of its hosts belongs to the replica set "other".*correct replicaSet/,
    },
    {
      what: 'members under addresses that lead nowhere',
      server: { advertises: '127.0.0.1:1' },
      url: `mongodb://ADDRESS/grantd?replicaSet=rs0&${QUICK}`,
      says: /127\.0\.0\.1:1: .*ECONNREFUSED.*addresses that the replica set gives/,
    },
  ]
  for (const { what, server: options, url, says } of cases) {
    test(what, async () => {
      const handle: Handler = (each) => usual(nameOf(each), each)
      await using server = await startWireServer({ handle, ...options })
      const opening = openStorage(url.replace('ADDRESS', server.address))
      await assert.rejects(opening, (error: StorageError) => {
        assert.equal(error.kind, 'unavailable')
        assert.match(`${error.message} ${error.fix}`, says)
        assert.doesNotMatch(`${error.message} ${error.fix}`, /sesame/)
        return true
      })
    })
  }
})

function failing(name: string, code: number, errmsg: string): Handler {
  return (command) =>
    nameOf(command) === name ? { ok: 0, code, errmsg } : usual(nameOf(command), command)
}
