import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { changeUser, countAudit } from '../support/flow.ts'
import { Browser, hiddenFields, PASSWORD, TestServer } from '../support/server.ts'

const GUESS = 'guess guess guess'

/** A guess from an address of its own, so that only the account counts. */
async function guesser(server: TestServer) {
  const browser = new Browser(server)
  const fields = hiddenFields((await browser.get('/auth/login')).body)
  const cookie = `browser=${browser.cookies.get('browser')}`
  return (username: string, remoteAddress: string, password = GUESS, headers = {}) =>
    server.inject({
      method: 'POST',
      url: '/auth/login',
      headers: { 'content-type': 'application/x-www-form-urlencoded', cookie, ...headers },
      payload: new URLSearchParams({ ...fields, username, password }).toString(),
      remoteAddress,
    })
}

async function withUser() {
  const server = await TestServer.start()
  await server.addUser()
  return { server, guess: await guesser(server) }
}

const statuses = (replies: readonly { statusCode: number }[], status: number): number =>
  replies.filter((reply) => reply.statusCode === status).length

describe('throttling of guesses', () => {
  test('T154 of five hundred guesses at once at most the limit is judged', async () => {
    const { server, guess } = await withUser()
    await using _ = server
    const replies = await Promise.all(
      Array.from({ length: 500 }, (_, n) => guess('ada', `10.0.${n >> 8}.${n & 255}`)),
    )
    const judged = statuses(replies, 303)
    assert.ok(judged >= 1 && judged <= 10, `${judged} were judged`)
    assert.equal(statuses(replies, 429), 500 - judged)
    assert.equal(await countAudit(server, 'login.failed'), judged)
    for (const reply of replies) {
      if (reply.statusCode === 429) assert.ok(Number(reply.headers['retry-after']) >= 1)
    }
  })

  test('T153 name, e-mail address and other spellings share one counter', async () => {
    const { server, guess } = await withUser()
    await using _ = server
    await changeUser(server, { email: 'ada@x.example', emailKey: 'ada@x.example' })
    const spellings = [
      'ada',
      'ADA',
      'ａｄａ',
      'a\u200bda',
      'ada.',
      'ada@x.example',
      'ADA@X.example',
    ]
    let judged = 0
    for (let round = 0; round < 6; round++) {
      for (const [n, name] of spellings.entries()) {
        const reply = await guess(name, `10.${round}.0.${n}`)
        if (reply.statusCode === 303) judged++
        server.clock.advance(16) // past every back-off, within the window
      }
    }
    assert.equal(judged, 10)
  })

  test('T152 a name that nobody has is throttled like one that somebody has', async () => {
    const { server, guess } = await withUser()
    await using _ = server
    const run = async (name: string) => {
      const seen: unknown[] = []
      for (let n = 0; n < 12; n++) {
        const { statusCode, headers } = await guess(name, `10.0.0.${n}`)
        seen.push([statusCode, headers['retry-after']])
      }
      return seen
    }
    const known = await run('ada')
    server.clock.advance(1_000)
    assert.deepEqual(await run('nobody'), known)
    assert.ok(known.some((entry) => JSON.stringify(entry).includes('429')))
  })

  test('T155 one network is one bucket: a /64, an IPv4-mapped form, a spoofed X-Forwarded-For', async () => {
    for (const addressOf of [
      (n: number) => `2001:db8:0:1:${n.toString(16)}::${n.toString(16)}`,
      (n: number) => (n % 2 === 0 ? '192.0.2.7' : '::ffff:192.0.2.7'),
    ]) {
      const { server, guess } = await withUser()
      await using _ = server
      let judged = 0
      for (let n = 0; n < 14; n++) {
        const spoofed = { 'x-forwarded-for': `1.2.3.${n}`, forwarded: `for=1.2.3.${n}` }
        const reply = await guess(`person${n}`, addressOf(n), GUESS, spoofed)
        if (reply.statusCode === 303) judged++
        server.clock.advance(17)
      }
      assert.equal(judged, 10)
      const neighbour = await guess('person99', '2001:db8:0:2::1')
      assert.equal(neighbour.statusCode, 303, 'the next network is not held responsible')
    }
  })

  test('T156 the lock is timed, and the right password does not pass it', async () => {
    const { server, guess } = await withUser()
    await using _ = server
    for (let n = 0; n < 12; n++) await guess('ada', `10.0.0.${n}`)
    assert.equal((await guess('ada', '10.1.0.1', PASSWORD)).statusCode, 429)
    server.clock.advance(901)
    assert.equal((await guess('ada', '10.1.0.1', PASSWORD)).headers.location, '/profile')
  })

  test('a success clears the account, so that ten sign-ins in a row are no lock', async () => {
    const { server, guess } = await withUser()
    await using _ = server
    for (let n = 0; n < 15; n++) {
      assert.equal((await guess('ada', '10.0.0.1', PASSWORD)).headers.location, '/profile')
    }
  })
})

describe('T157 passwords are taken exactly', () => {
  const long = 'é'.repeat(512) // 1,024 bytes
  for (const [why, password, near] of [
    ['64 bytes', 'a'.repeat(64), 'a'.repeat(63)],
    ['100 bytes are not cut at 72', 'a'.repeat(100), 'a'.repeat(72)],
    ['1,024 bytes', long, long.slice(0, -1)],
    ['emoji', '🐎🔋📎 correct horse', '🐎🔋 correct horse'],
    ['blanks at the ends', '  twelve letters  ', 'twelve letters'],
    [
      'another composition of the same letter',
      'caf\u00e9 caf\u00e9 caf\u00e9',
      'cafe\u0301 cafe\u0301 cafe\u0301',
    ],
  ] as const) {
    test(why, async () => {
      await using server = await TestServer.start()
      await server.addUser('ada', password)
      const wrong = await new Browser(server).signIn('ada', near)
      assert.match(String(wrong.headers.location), /invalid_credentials/)
      assert.equal((await new Browser(server).signIn('ada', password)).headers.location, '/profile')
    })
  }

  test('more than 1,024 bytes, NUL and a megabyte are refused before any hashing', async () => {
    const { server, guess } = await withUser()
    await using _ = server
    const { passwords } = server.assembly.services
    let hashed = 0
    const verify = passwords.verify.bind(passwords)
    passwords.verify = (password, expected) => {
      hashed++
      return verify(password, expected)
    }
    const tooLong = await guess('ada', '10.0.0.1', 'x'.repeat(1_025))
    assert.match(String(tooLong.headers.location), /invalid_credentials/)
    assert.equal((await guess('ada', '10.0.0.1', `${PASSWORD}\0`)).statusCode, 400)
    assert.equal((await guess('ada', '10.0.0.1', 'x'.repeat(1_048_576))).statusCode, 413)
    assert.equal(hashed, 0)
  })
})
