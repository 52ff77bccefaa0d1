import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { basic, changeClient } from '../support/flow.ts'
import { REDIRECT, TestServer } from '../support/server.ts'

const SERVICE = { client_name: 'Service', grant_types: ['client_credentials'], scope: 'read' }
const PUBLIC = {
  client_name: 'SPA',
  token_endpoint_auth_method: 'none',
  redirect_uris: [REDIRECT],
  grant_types: ['authorization_code', 'refresh_token'],
}
const base64 = (text: string) => Buffer.from(text).toString('base64')

async function withService(id?: string) {
  const server = await TestServer.start()
  const client = await server.addClient(SERVICE, id)
  const send = (authorization: string | undefined, fields: Record<string, string> = {}) =>
    server.form(
      '/oauth/token',
      { grant_type: 'client_credentials', ...fields },
      authorization === undefined ? {} : { authorization },
    )
  return { server, client, send }
}

type Reply = Awaited<ReturnType<TestServer['form']>>

/** 401 invalid_client with a challenge (RFC 6749 §5.2) and nothing more. */
function assertRefused(reply: Reply, about: string): void {
  assert.equal(reply.statusCode, 401, about)
  assert.match(String(reply.headers['www-authenticate']), /^Basic realm="[^"]+"$/, about)
  assert.equal(reply.headers['cache-control'], 'no-store', about)
  assert.equal(reply.json().error, 'invalid_client', about)
  assert.equal(reply.json().access_token, undefined, about)
}

describe('RFC 6749 §2.3 client authentication', () => {
  test('T39 [behaviour 9] [behaviour 10] [behaviour 31] [behaviour 13.2.5] unknown, disabled, wrong and missing read the same', async () => {
    const { server, client, send } = await withService()
    await using _ = server
    const disabled = await server.addClient(SERVICE)
    await changeClient(server, disabled.id, { isEnabled: false })
    const replies = [
      await send(basic(client.id, 'wrong')),
      await send(basic('nobody', 'wrong')),
      await send(basic(disabled.id, disabled.secret)),
      await send(undefined, { client_id: client.id, client_secret: 'wrong' }),
      await send(undefined, { client_id: 'nobody', client_secret: 'wrong' }),
      await send(undefined, { client_id: client.id }),
      await send(undefined, { client_id: client.id, client_secret: '' }),
      await send(undefined, { client_secret: client.secret }),
      await send(undefined, { client_id: 'x'.repeat(300), client_secret: 'x' }),
      await send(undefined),
    ]
    for (const [index, reply] of replies.entries()) assertRefused(reply, `case ${index}`)
    assert.equal(new Set(replies.map((reply) => reply.body)).size, 1)
    const shape = ({ headers }: Reply) => Object.keys(headers).join()
    assert.equal(new Set(replies.map(shape)).size, 1)
  })

  test('T38 malformed Basic credentials are invalid_client, never guessed at', async () => {
    const { server, client, send } = await withService()
    await using _ = server
    const { id, secret } = client
    const good = base64(`${id}:${secret}`)
    assert.equal((await send(`Basic ${good}`)).statusCode, 200)
    assert.equal((await send(`bAsIc ${good}`)).statusCode, 200, 'the scheme has no case')
    for (const bad of [
      '',
      'Basic',
      'Basic ',
      'Basic !!!',
      `Basic  ${good}`,
      `Basic\t${good}`,
      `Basic ${good} `.concat('x'),
      `Basic ${good}, Basic ${good}`,
      `Basic ${good}=`,
      `Basic ${good.replace(/=+$/, '')}*`,
      `Basic ${Buffer.from(`${id}:${secret}x\u00ff`, 'latin1').toString('base64')}`,
      `Basic ${base64('nocolon')}`,
      `Basic ${base64(`:${secret}`)}`,
      `Basic ${base64(`${id}:`)}`,
      `Basic ${base64(`${id}:%zz`)}`,
      `Basic ${base64(`${id}:%ff`)}`,
      `Basic ${base64(`${id}:${secret}\0`)}`,
      `Basic ${base64(`${id}%00:${secret}`)}`,
      `Basic ${base64(`${id}:${secret}:`)}`,
      `Basic ${'A'.repeat(8_192)}`,
      `Bearer ${good}`,
      `Basic${good}`,
      `${id}:${secret}`,
    ]) {
      assertRefused(await send(bad), bad.slice(0, 60))
    }
  })

  test('T111 a certificate that is claimed in a header proves nobody', async () => {
    const { server, client, send } = await withService()
    await using _ = server
    const pem = encodeURIComponent('-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----')
    const names = ['x-client-cert', 'x_client_cert', 'x-ssl-client-cert', 'ssl_client_verify']
    for (const name of [...names, 'x-forwarded-client-cert', 'x-amzn-mtls-clientcert']) {
      const reply = await server.form(
        '/oauth/token',
        { grant_type: 'client_credentials', client_id: client.id },
        { [name]: name.includes('verify') ? 'SUCCESS' : pem, 'x-ssl-client-verify': 'SUCCESS' },
      )
      assertRefused(reply, name)
    }
    assert.equal((await send(basic(client.id, client.secret))).statusCode, 200)
  })

  test('the parts of Basic are form-encoded (RFC 6749 §2.3.1): colon, plus, percent, other scripts', async () => {
    const id = 'https://app.example/ä+b c%d✓'
    const { server, client, send } = await withService(id)
    await using _ = server
    const encode = (text: string) => new URLSearchParams([['', text]]).toString().slice(1)
    const form = `${encode(id)}:${encode(client.secret)}`
    assert.equal((await send(`Basic ${base64(form)}`)).statusCode, 200)
    assert.equal((await send(basic(id, client.secret))).statusCode, 200)
    assert.equal(
      (await send(undefined, { client_id: id, client_secret: client.secret })).statusCode,
      200,
    )
    assertRefused(await send(`Basic ${base64(`${id}:${client.secret}`)}`), 'not encoded')
  })

  test('T36 two methods in one request are invalid_request, whichever of them is right', async () => {
    const { server, client, send } = await withService()
    await using _ = server
    const { id, secret } = client
    for (const [header, body] of [
      [secret, { client_id: id, client_secret: secret }],
      [secret, { client_id: id, client_secret: 'wrong' }],
      ['wrong', { client_id: id, client_secret: secret }],
      [secret, { client_id: 'other' }],
    ] as const) {
      const reply = await send(basic(id, header), body)
      assert.equal(reply.statusCode, 400)
      assert.equal(reply.json().error, 'invalid_request')
    }
    assert.equal((await send(basic(id, secret), { client_id: id })).statusCode, 200)
    const bearer = await send('Bearer x', { client_id: id, client_secret: secret })
    assertRefused(bearer, 'another scheme beside the body')
  })

  test('credentials in the query are not read (RFC 6749 §2.3.1)', async () => {
    const { server, client } = await withService()
    await using _ = server
    const query = new URLSearchParams({ client_id: client.id, client_secret: client.secret })
    const grant = { grant_type: 'client_credentials' }
    assertRefused(await server.form(`/oauth/token?${query}`, grant), 'query')
  })

  test('a client without a secret is not proven by any secret', async () => {
    const { server } = await withService()
    await using _ = server
    const { id } = await server.addClient(PUBLIC)
    // The first is what the server itself compares with when there is nothing to compare with.
    for (const secret of ['no client has this secret', '', 'undefined', 'null', ' ']) {
      for (const path of ['/oauth/introspect', '/oauth/revoke', '/oauth/token']) {
        const fields = { client_id: id, client_secret: secret, token: 'x' }
        const reply = await server.form(path, fields)
        if (secret === '' && path !== '/oauth/introspect') continue // none at all: a public client
        assertRefused(reply, `${path} ${secret}`)
      }
    }
  })

  test('T40 T41 T42 T43 an assertion proves nobody: the method is not offered', async () => {
    const { server, client, send } = await withService()
    await using _ = server
    const b64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
    const claims = b64({ iss: client.id, sub: client.id, aud: 'http://localhost:8080', exp: 9e9 })
    for (const header of [
      { alg: 'none' },
      { alg: 'HS256' },
      { alg: 'ES256', jku: 'http://127.0.0.1:1/', kid: '../../x' },
      null,
    ]) {
      const assertion = {
        client_assertion_type: type,
        client_assertion: `${b64(header)}.${claims}.x`,
      }
      assertRefused(await send(undefined, assertion), JSON.stringify(header))
      assertRefused(await send(undefined, { ...assertion, client_id: client.id }), 'with client_id')
    }
  })
})
