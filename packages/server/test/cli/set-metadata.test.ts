// `--metadata` and `--set` of client create and update; `user reset-factors`; the mail check of doctor.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { IdMaker, type PasskeyId, parseId, systemClock, systemRandom } from '@grantd/domain'
import { openStorage } from '@grantd/storage'
import { Place, type Running, start } from './cli.ts'

type Json = Record<string, unknown>

const place = new Place()
let dev: Running
before(async () => {
  dev = await start(place, ['dev', '--json', '--server.port', '0'], '"issuer"')
})
after(async () => {
  await dev?.[Symbol.asyncDispose]()
  place[Symbol.dispose]()
})

const WEB = ['--name', 'Shop', '--redirect', 'https://shop.example/cb']

describe('registration metadata on the command line', () => {
  test('a file gives members, and --set wins; JSON is JSON and text is text', async () => {
    const members = { subject_type: 'public', default_max_age: 60, require_auth_time: true }
    writeFileSync(path.join(place.folder, 'shop.json'), JSON.stringify(members))
    const made = await place.json<Json>([
      ...['client', 'create', ...WEB, '--id', 'shop', '--metadata', 'shop.json'],
      ...['--set', 'default_max_age=600', '--set', 'subject_type=pairwise'],
      ...['--set', 'post_logout_redirect_uris=["https://shop.example/bye"]'],
      ...['--set', 'initiate_login_uri=https://shop.example/begin?a=b'],
    ])
    assert.deepEqual(
      [made.default_max_age, made.subject_type, made.require_auth_time],
      [600, 'pairwise', true],
    )
    assert.deepEqual(made.post_logout_redirect_uris, ['https://shop.example/bye'])
    assert.equal(made.initiate_login_uri, 'https://shop.example/begin?a=b')
  })

  test('who answers for a client is kept, and shown by client get', async () => {
    const contacts = ['ops@shop.example', 'security@shop.example']
    await place.json<Json>([
      ...['client', 'create', ...WEB, '--id', 'answered-for'],
      ...['--set', `contacts=${JSON.stringify(contacts)}`],
    ])
    const shown = await place.run(['client', 'get', 'answered-for'])
    for (const contact of contacts) assert.match(shown.stdout, new RegExp(`contact +${contact}`))
    const json = await place.json<Json>(['client', 'get', 'answered-for'])
    assert.deepEqual(json.contacts, contacts)
  })

  test('update sets one member, an empty value removes it, and the others stay', async () => {
    const uri = 'https://shop.example/logout'
    const id = 'shop'
    const set = await place.json<Json>([
      'client',
      'update',
      id,
      '--set',
      `backchannel_logout_uri=${uri}`,
    ])
    assert.deepEqual([set.backchannel_logout_uri, set.default_max_age], [uri, 600])
    const gone = await place.json<Json>([
      'client',
      'update',
      id,
      '--set',
      'backchannel_logout_uri=',
    ])
    assert.ok(!('backchannel_logout_uri' in gone))
    assert.equal(gone.subject_type, 'pairwise')
  })

  for (const [what, set, said] of [
    [
      'a name that means nothing',
      'backchanel_logout_uri=https://a.example',
      /no member that is kept/,
    ],
    ['what is not done', 'dpop_bound_access_tokens=true', /not supported/],
    ['a value of the wrong form', 'jwks_uri=http://a.example/keys', /https/],
    ['no value at all', 'jwks_uri', /has no "="/],
    ['what the server gives', 'client_secret=hunter2', /rotate-secret/],
    ['another kind of secret', 'token_endpoint_auth_method=none', /register another client/],
  ] as const) {
    test(`${what} is a usage error, and nothing changes`, async () => {
      const before = await place.json<Json>(['client', 'get', 'shop'])
      const { code, stderr } = await place.run(['client', 'update', 'shop', '--set', set])
      assert.notEqual(code, 0)
      assert.match(stderr, said)
      assert.doesNotMatch(stderr, /hunter2/)
      assert.deepEqual(await place.json<Json>(['client', 'get', 'shop']), before)
    })
  }

  test('a file that is none, or no object, is a usage error', async () => {
    writeFileSync(path.join(place.folder, 'list.json'), '[]')
    for (const file of ['absent.json', 'list.json']) {
      const { code, stderr } = await place.run(['client', 'create', ...WEB, '--metadata', file])
      assert.equal(code, 2)
      assert.match(stderr, /--metadata/)
    }
  })
})

describe('grantd user reset-factors', () => {
  test('asks, takes every factor, ends the sessions, and is on record', async () => {
    const storage = await openStorage(`sqlite:${place.folder}/.grantd/grantd.db`)
    try {
      const user = await storage.users.findByLogin('demo')
      assert.ok(user)
      const ids = new IdMaker({ clock: systemClock, random: systemRandom })
      const { createdAt } = user
      await storage.commit([
        { kind: 'totp.insert', seed: { userId: user.id, seedSealed: 'x', lastStep: 0, createdAt } },
        {
          kind: 'passkey.insert',
          passkey: {
            id: ids.next<PasskeyId>(),
            credentialId: 'credential',
            userId: user.id,
            publicKey: 'key',
            counter: 0,
            transports: [],
            name: 'Phone',
            isBackedUp: false,
            createdAt,
            lastUsedAt: undefined,
          },
        },
      ])
      const unasked = await place.run(['user', 'reset-factors', 'demo', '--dev'])
      assert.equal(unasked.code, 2)
      assert.ok(await storage.totp.find(user.id), 'nobody answered, so nothing was done')
      const { code, stderr } = await place.run(['user', 'reset-factors', 'demo', '--yes', '--dev'])
      assert.equal(code, 0, stderr)
      assert.equal(await storage.totp.find(user.id), undefined)
      assert.deepEqual(await storage.passkeys.listByUser(user.id), [])
      const log = await storage.audit.listBySubject(user.id, { limit: 10 })
      const about = log.filter(({ actor }) => actor === 'cli').map(({ action }) => action)
      assert.deepEqual(about.toSorted(), ['passkey.removed', 'totp.removed'])
      assert.ok(log.every(({ id }) => parseId(id) !== undefined))
    } finally {
      await storage.close()
    }
    const again = await place.run(['user', 'reset-factors', 'demo', '--yes', '--dev'])
    assert.match(again.stderr, /no second factor/)
    assert.equal((await place.run(['user', 'reset-factors', 'nobody', '--yes', '--dev'])).code, 3)
  })
})

describe('grantd doctor: mail', () => {
  const mailOf = async (url?: string): Promise<Json | undefined> => {
    const env = url === undefined ? {} : { OAUTH2_SMTP_URL: url }
    const { stdout } = await place.run(['doctor', '--dev', '--output', 'json'], { env })
    const report = JSON.parse(stdout)
    const findings: Json[] = Array.isArray(report) ? report : report.findings
    return findings.find(({ check }) => check === 'mail')
  }

  test('is a page without a server, fine with one that answers, and fails with one that does not', async () => {
    assert.match(String((await mailOf())?.detail), /dev\/mail/)
    const smtp = createServer((socket) => {
      socket.write('220 test ESMTP\r\n')
      socket.on('data', (data) => {
        const isEnd = /^QUIT/i.test(String(data))
        socket.write(isEnd ? '221 bye\r\n' : '250 test\r\n')
        if (isEnd) socket.end()
      })
      socket.on('error', () => undefined)
    })
    await new Promise<void>((done) => smtp.listen(0, '127.0.0.1', done))
    const address = smtp.address()
    const port = typeof address === 'object' ? address?.port : 0
    const url = `smtp://u:hunter2@127.0.0.1:${port}`
    assert.equal((await mailOf(url.replace('u:hunter2@', '')))?.status, 'ok')
    await new Promise((done) => smtp.close(done))
    const failed = await mailOf(url)
    assert.equal(failed?.status, 'fail')
    assert.doesNotMatch(JSON.stringify(failed), /hunter2/)
  })
})
