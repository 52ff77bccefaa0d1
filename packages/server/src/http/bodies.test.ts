import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { endpoint, FORM, fixture, tokenEndpoint } from './http-fixture.ts'

const post = { method: 'POST', url: '/oauth/token' } as const
const json = endpoint({ path: '/register', method: 'POST', body: 'json' })

describe('request bodies', () => {
  for (const type of [
    'application/json',
    'multipart/form-data; boundary=x',
    'text/plain',
    'application/x-www-form-urlencoded;\ta',
    ' application/x-www-form-urlencoded',
    'application/x-www-form-urlencoded ; charset=utf-8',
    'application/x-www-form-urlencoded; charset=utf-16',
    'application/x-www-form-urlencodedx',
  ]) {
    test(`T35 ${JSON.stringify(type)} is refused with 415 and not parsed`, async () => {
      const { app, inputs } = fixture([tokenEndpoint])
      const answer = await app.inject({
        ...post,
        headers: { 'content-type': type },
        payload: 'client_id=known',
      })
      assert.equal(answer.statusCode, 415)
      assert.equal(answer.json().error, 'invalid_request')
      assert.equal(inputs.length, 0)
    })
  }

  for (const type of [
    'application/x-www-form-urlencoded',
    'application/x-www-form-urlencoded; charset=utf-8',
    'Application/X-WWW-Form-Urlencoded;charset=UTF-8',
  ]) {
    test(`${type} is read`, async () => {
      const { app, inputs } = fixture([tokenEndpoint])
      const headers = { 'content-type': type }
      const answer = await app.inject({ ...post, headers, payload: 'client_id=known&a=j%C3%BC+r' })
      assert.equal(answer.statusCode, 200)
      assert.equal(inputs[0]?.params.get('a'), 'jü r')
    })
  }

  test('T48 a body of 1 MiB is refused with 413, one of 64 KiB is read', async () => {
    const { app } = fixture([tokenEndpoint])
    const big = await app.inject({ ...post, headers: FORM, payload: 'x'.repeat(1024 * 1024) })
    assert.equal(big.statusCode, 413)
    const fits = `client_id=known&a=${'x'.repeat(64 * 1024 - 18)}`
    const answer = await app.inject({ ...post, headers: FORM, payload: fits })
    assert.equal(answer.statusCode, 200)
  })

  test('T48 10,000 parameters are refused with 400', async () => {
    const { app } = fixture([tokenEndpoint])
    const answer = await app.inject({ ...post, headers: FORM, payload: 'a=1&'.repeat(10_000) })
    assert.equal(answer.statusCode, 400)
    assert.equal(answer.json().error, 'invalid_request')
  })

  test('T216 a compressed body is refused with 415', async () => {
    const { app } = fixture([tokenEndpoint])
    const headers = { ...FORM, 'content-encoding': 'gzip' }
    const answer = await app.inject({ ...post, headers, payload: 'a=b' })
    assert.equal(answer.statusCode, 415)
  })

  test('T215 bytes that are no UTF-8 and broken escapes are refused with 400', async () => {
    const { app } = fixture([tokenEndpoint])
    for (const payload of [Buffer.from([0x61, 0x3d, 0xff]), Buffer.from('a=%ff')]) {
      const answer = await app.inject({ ...post, headers: FORM, payload })
      assert.equal(answer.statusCode, 400)
    }
  })

  test('T9 a repeated parameter is refused before the client is proven', async () => {
    const { app, inputs } = fixture([tokenEndpoint])
    const answer = await app.inject({ ...post, headers: FORM, payload: 'client_id=x&client_id=y' })
    assert.equal(answer.statusCode, 400)
    assert.equal(answer.json().error, 'invalid_request')
    assert.equal(inputs.length, 0)
  })

  test('the query of a form post is not read', async () => {
    const { app } = fixture([tokenEndpoint])
    const answer = await app.inject({
      method: 'POST',
      url: '/oauth/token?client_id=known',
      headers: FORM,
    })
    assert.equal(answer.statusCode, 401)
  })

  test('T215 JSON that is deep, marked, cut or names __proto__ is refused fast', async () => {
    const { app, inputs } = fixture([json])
    const bodies = [
      '['.repeat(60_000),
      `${'['.repeat(17)}${']'.repeat(17)}`,
      '\uFEFF{}',
      '{"a":',
      '{"a":{"__proto__":{"admin":true}}}',
      '{"\\u005f_proto__":1}',
    ]
    for (const payload of bodies) {
      const before = process.cpuUsage()
      const answer = await app.inject({
        method: 'POST',
        url: '/register',
        headers: { 'content-type': 'application/json' },
        payload,
      })
      assert.equal(answer.statusCode, 400, payload.slice(0, 40))
      const { user, system } = process.cpuUsage(before) // other processes take no part of it
      assert.ok(user + system < 200_000, `${user + system} µs of processor time`)
    }
    assert.equal(inputs.length, 0)
  })

  test('a JSON body reaches its endpoint, a form does not', async () => {
    const { app, inputs } = fixture([json])
    const request = { method: 'POST', url: '/register' } as const
    const good = { 'content-type': 'application/json' }
    assert.equal(
      (await app.inject({ ...request, headers: good, payload: '{"a":[1]}' })).statusCode,
      200,
    )
    assert.deepEqual(inputs[0]?.json, { a: [1] })
    assert.equal((await app.inject({ ...request, headers: FORM, payload: 'a=1' })).statusCode, 415)
  })
})
