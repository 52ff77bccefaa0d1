import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, test } from 'node:test'
import { endpoint, FORM, fixture, tokenEndpoint } from '../http-fixture.ts'
import type { Door, Place } from './admit.ts'

/** A place for `most`; says what became of it. */
function placeFor(most: number) {
  const place = {
    inside: 0,
    most,
    expect: () => place.inside < place.most,
    tryEnter() {
      if (place.inside >= place.most) return false
      place.inside++
      return true
    },
    leave: () => void place.inside--,
  }
  return place satisfies Place
}

const doorTo = (place: Place): Door => ({ placeOf: () => place, refusal: () => undefined })

const VALID = { method: 'POST', url: '/oauth/token', headers: FORM } as const

describe('who finds no room', () => {
  test('is refused at once, before the body is read, and told when to come again', async () => {
    const { app, inputs } = fixture([tokenEndpoint], { door: doorTo(placeFor(0)) })
    const answer = await app.inject({ ...VALID, payload: 'client_id=known' })
    assert.equal(answer.statusCode, 503)
    assert.equal(answer.headers['retry-after'], '1')
    assert.deepEqual(answer.json(), {
      error: 'service_unavailable',
      error_description: 'the server is busy; try again shortly',
    })
    assert.equal(inputs.length, 0)
  })

  test('is told when it is his turn, where many are refused', async () => {
    const turn = Promise.withResolvers<void>()
    const door: Door = { placeOf: () => placeFor(0), refusal: () => turn.promise }
    const { app } = fixture([tokenEndpoint], { door })
    const answering = app.inject({ ...VALID, payload: 'client_id=known' })
    turn.resolve()
    assert.equal((await answering).statusCode, 503)
  })

  test('gets a page when a page was asked for', async () => {
    const { app } = fixture([endpoint({ path: '/auth/login' })], {
      door: doorTo(placeFor(0)),
    })
    const headers = { accept: 'text/html' }
    const answer = await app.inject({ url: '/auth/login', headers })
    assert.equal(answer.statusCode, 503)
    assert.match(String(answer.headers['content-type']), /^text\/html/)
    assert.equal(answer.headers['retry-after'], '1')
  })

  test('a place is taken while the endpoint works, and given back however it ends', async () => {
    const place = placeFor(1)
    const seen: number[] = []
    const paths = ['/fine', '/broken', '/form']
    const endpoints = paths.map((path) =>
      endpoint({ path, ...(path === '/form' && { method: 'POST', body: 'form' }) }, () => {
        seen.push(place.inside)
        if (path === '/broken') throw new TypeError('broken')
        return { kind: 'json', status: 200, body: {} }
      }),
    )
    const { app } = fixture(endpoints, { door: doorTo(place) })
    await app.inject({ url: '/fine' })
    await app.inject({ url: '/broken' })
    await app.inject({ method: 'POST', url: '/form', headers: FORM, payload: 'a=%' })
    await app.inject({ url: '/nowhere' })
    assert.deepEqual(seen, [1, 1])
    assert.equal(place.inside, 0)
  })

  test('who sends a body slowly fills no place; who leaves keeps his until the work is done', async () => {
    const place = placeFor(1)
    const isAsked = Promise.withResolvers<void>()
    const mayEnd = Promise.withResolvers<void>()
    const http = fixture(
      [
        endpoint({ path: '/form', method: 'POST', body: 'form' }, async () => {
          isAsked.resolve()
          await mayEnd.promise
          return { kind: 'json', status: 200, body: {} }
        }),
        endpoint({ path: '/other' }),
      ],
      { door: doorTo(place) },
    )
    const { port } = await http.listen(0, '127.0.0.1')
    const socket = connect(port, '127.0.0.1')
    const head = 'POST /form HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n'
    socket.write(`${head}Content-Type: application/x-www-form-urlencoded\r\n\r\na`)
    await once(socket, 'connect')
    assert.equal((await fetch(`http://127.0.0.1:${port}/other`)).status, 200)
    socket.write('=1')
    await isAsked.promise
    socket.destroy()
    await once(socket, 'close')
    const refused = await fetch(`http://127.0.0.1:${port}/other`)
    assert.equal(refused.status, 503)
    mayEnd.resolve()
    while (place.inside > 0) await new Promise((resolve) => setImmediate(resolve))
    assert.equal((await fetch(`http://127.0.0.1:${port}/other`)).status, 200)
    await http.close(0)
  })
})
