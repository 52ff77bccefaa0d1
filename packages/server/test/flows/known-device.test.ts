import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Browser, hiddenFields, PASSWORD, TestServer } from '../support/server.ts'

describe('T156 guesses of others', () => {
  test('do not keep the owner out of a browser that is known', async () => {
    await using server = await TestServer.start()
    await server.addUser()
    const own = new Browser(server)
    await own.signIn()
    const stranger = new Browser(server)
    const fields = hiddenFields((await stranger.get('/auth/login')).body)
    const cookie = `browser=${stranger.cookies.get('browser')}`
    const guess = (n: number, device = '') =>
      server.inject({
        method: 'POST',
        url: '/auth/login',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          cookie: device === '' ? cookie : `${cookie}; device=${device}`,
        },
        payload: new URLSearchParams({
          ...fields,
          username: 'ada',
          password: 'a wrong guess',
        }).toString(),
        remoteAddress: `10.0.1.${n}`,
      })
    for (let n = 0; n < 20; n++) await guess(n)
    assert.equal((await guess(99)).statusCode, 429, 'the account is locked for strangers')
    own.cookies.delete('sid')
    assert.equal((await own.signIn('ada', PASSWORD)).headers.location, '/profile')
    // The mark of one person's browser is none for another person, nor when it is made up.
    await server.addUser('bob')
    const bob = new Browser(server)
    await bob.signIn('bob')
    assert.equal((await guess(100, bob.cookies.get('device'))).statusCode, 429)
    assert.equal((await guess(101, 'made.up')).statusCode, 429)
  })

  test('a known browser that guesses is held back too', async () => {
    await using server = await TestServer.start()
    await server.addUser()
    const own = new Browser(server)
    await own.signIn()
    own.cookies.delete('sid')
    const statuses: number[] = []
    for (let n = 0; n < 12; n++)
      statuses.push((await own.signIn('ada', 'a wrong guess')).statusCode)
    assert.equal(statuses.at(-1), 429)
  })
})
