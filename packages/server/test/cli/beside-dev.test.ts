// Commands beside a running `grantd dev`, on the same SQLite file, as an operator uses them.

import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { holdPort } from '@grantd/testkit/ports'
import { Place, type Running, settles, start } from './cli.ts'

interface Ready {
  readonly base_url: string
  readonly setup_url: string
}

const place = new Place()
let dev: Running
let ready: Ready

before(async () => {
  dev = await start(place, ['dev', '--json', '--server.port', '0'], '"issuer"')
  ready = JSON.parse(dev.stdout.split('\n', 1)[0] ?? '')
})
after(async () => {
  await dev?.[Symbol.asyncDispose]() // nothing was started where no test was chosen by name
  place[Symbol.dispose]()
})

async function post(endpoint: string, fields: Record<string, string>) {
  const reply = await fetch(ready.base_url + endpoint, {
    method: 'POST',
    body: new URLSearchParams(fields),
  })
  const body = (await reply.text()) || '{}'
  return { status: reply.status, body: JSON.parse(body) as Record<string, unknown> }
}

/** `NAME=value` lines as a shell reads them. */
function envOf(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/^(\w+)='?([^'\n]*)'?$/gm)].map(([, name = '', value = '']) => [name, value]),
  )
}

describe('grantd dev', () => {
  test('keeps its secrets to itself and tells tools where it listens', () => {
    const mode = (name: string) => statSync(path.join(place.folder, '.grantd', name)).mode & 0o777
    if (process.platform !== 'win32') {
      assert.deepEqual([mode(''), mode('encryption.key'), mode('demo.json')], [0o700, 0o600, 0o600])
      assert.deepEqual([mode('grantd.db'), mode('grantd.db-wal')], [0o600, 0o600])
    }
    assert.doesNotMatch(ready.base_url, /:0$/, 'port 0 must become the real one')
    assert.ok(place.has('.grantd/listener.json'))
  })
})

describe('clients', () => {
  test('client create --output env gives lines that work at the token endpoint', async () => {
    const made = await place.run([
      ...['client', 'create', '--name', 'Billing', '--type', 'm2m', '--id', 'billing'],
      ...['--scope', 'read write', '--output', 'env'],
    ])
    assert.equal(made.code, 0)
    const env = envOf(made.stdout)
    assert.equal(env.OIDC_ISSUER, ready.base_url)
    assert.equal(env.OIDC_SCOPE, 'read write')
    const { status } = await post('/oauth/token', {
      grant_type: 'client_credentials',
      client_id: env.OIDC_CLIENT_ID ?? '',
      client_secret: env.OIDC_CLIENT_SECRET ?? '',
    })
    assert.equal(status, 200)
    assert.match(made.stderr, /cannot be shown again/)
    assert.doesNotMatch(made.stderr, /gcs_/, 'a secret is data, never talk')
  })

  test('an id that exists is a conflict: 4', async () => {
    const { code, stderr } = await place.run([
      ...['client', 'create', '--name', 'X', '--type', 'm2m', '--id', 'demo-service'],
    ])
    assert.equal(code, 4)
    assert.match(stderr, /demo-service exists already/)
  })

  test('a database that may only be read is not allowed: 5, and reading it is', async () => {
    const readOnly = ['--database.url', 'sqlite:.grantd/grantd.db?mode=ro']
    const create = await place.run([
      ...['client', 'create', '--name', 'X', '--type', 'm2m'],
      ...readOnly,
    ])
    assert.equal(create.code, 5)
    assert.match(create.stderr, /for reading only/)
    assert.equal((await place.run(['client', 'get', 'demo-spa', ...readOnly])).code, 0)
  })

  test('the rules are those of registration: a dangerous redirect URI is refused with 2', async () => {
    const { code, stderr } = await place.run([
      ...['client', 'update', 'demo-spa', '--add-redirect', 'javascript:alert(1)'],
    ])
    assert.equal(code, 2)
    assert.match(stderr, /must not use the scheme javascript:/)
  })

  test('a rotated secret, a lock and the end are seen by the running server', async () => {
    const { client_id: id, client_secret: first } = await place.json<Record<string, string>>([
      ...['client', 'create', '--name', 'Short-lived', '--type', 'm2m'],
    ])
    assert.ok(id && first)
    const ask = (secret: string) => async () =>
      (
        await post('/oauth/token', {
          grant_type: 'client_credentials',
          client_id: id,
          client_secret: secret,
        })
      ).status
    await settles(ask(first), 200)

    const rotated = await place.run(['client', 'rotate-secret', id, '--yes', '--output', 'env'])
    const second = envOf(rotated.stdout).OIDC_CLIENT_SECRET ?? ''
    await settles(ask(second), 200)
    assert.equal(await ask(first)(), 401)

    assert.equal((await place.run(['client', 'update', id, '--disable'])).code, 0)
    await settles(ask(second), 401)
    assert.equal((await place.run(['client', 'update', id, '--enable'])).code, 0)
    await settles(ask(second), 200)

    const refused = await place.run(['client', 'delete', id])
    assert.equal(refused.code, 2, 'nobody can answer at a pipe')
    assert.match(refused.stderr, /--yes/)
    assert.equal(await ask(second)(), 200)

    assert.equal((await place.run(['client', 'delete', id, '--yes'])).code, 0)
    await settles(ask(second), 401)
    assert.equal((await place.run(['client', 'get', id])).code, 3)
  })

  test('client list pages, and the cursor is the last id', async () => {
    const all = await place.json<{ client_id: string }[]>(['client', 'list'])
    const { stdout, stderr } = await place.run(['client', 'list', '--limit', '1', '-o', 'json'])
    const [first] = JSON.parse(stdout)
    assert.equal(first.client_id, all[0]?.client_id)
    const cursor = /--after (\S+)/.exec(stderr)?.[1] ?? ''
    const rest = await place.json<{ client_id: string }[]>(['client', 'list', '--after', cursor])
    assert.deepEqual(
      rest.map(({ client_id }) => client_id),
      all.slice(1).map(({ client_id }) => client_id),
    )
  })

  test('an initial access token registers as many clients as it says', async () => {
    const { initial_access_token: token } = await place.json<Record<string, string>>([
      ...['client', 'initial-access-token', '--uses', '1', '--lifetime', '5m'],
    ])
    const register = () =>
      fetch(`${ready.base_url}/clients/register`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
        body: JSON.stringify({ client_name: 'A', grant_types: ['client_credentials'] }),
      })
    assert.equal((await register()).status, 201)
    assert.equal((await register()).status, 401)
  })
})

describe('tokens', () => {
  async function newToken(): Promise<{ token: string; id: string; secret: string }> {
    const { client_id: id = '', client_secret: secret = '' } = await place.json<
      Record<string, string>
    >(['client', 'create', '--name', 'T', '--type', 'm2m'])
    const fields = { grant_type: 'client_credentials', client_id: id, client_secret: secret }
    const { body } = await post('/oauth/token', fields)
    return { token: String(body.access_token), id, secret }
  }

  test('decode, introspect and revoke by stdin; the server refuses it at once', async () => {
    const { token, id, secret } = await newToken()
    const decoded = await place.json<{ payload: { client_id: string } }>(['token', 'decode'], token)
    assert.equal(decoded.payload.client_id, id)

    const before = await place.json<{ active: boolean }>(['token', 'introspect', '-'], `${token}\n`)
    assert.equal(before.active, true)

    assert.equal((await place.run(['token', 'revoke'], { input: token })).code, 2)
    assert.equal((await place.run(['token', 'revoke', '--yes'], { input: token })).code, 0)

    const auth = { client_id: id, client_secret: secret }
    assert.deepEqual((await post('/oauth/introspect', { token, ...auth })).body, { active: false })
    const gone = await place.json<{ inactive_because: string }>(['token', 'introspect'], token)
    assert.equal(gone.inactive_because, 'revoked')
  })

  test('what this server never made is not found: 3; what is no token fails: 1', async () => {
    assert.equal((await place.run(['token', 'introspect'], { input: 'at_x' })).code, 3)
    assert.equal((await place.run(['token', 'decode'], { input: 'nonsense' })).code, 1)
    const empty = await place.run(['token', 'decode'])
    assert.equal(empty.code, 2)
    const argument = await place.run(['token', 'decode', 'a.b.c'])
    assert.match(argument.stderr, /stdin is safer/)
  })
})

describe('people', () => {
  test('an account is made with a piped password, locked, opened and given another one', async () => {
    const input = 'a long enough password\n'
    const create = ['user', 'create', 'ada', '--email', 'ada@example.com', '--password-stdin']
    assert.equal((await place.run(create, { input })).code, 0)
    assert.equal((await place.run(['user', 'create', 'ADA', '--generate'])).code, 4)

    assert.equal((await place.run(['user', 'disable', 'ada'])).code, 2)
    assert.equal((await place.run(['user', 'disable', 'ada@example.com', '--yes'])).code, 0)
    const users = await place.json<{ username: string; is_enabled: boolean }[]>(['user', 'list'])
    assert.equal(users.find(({ username }) => username === 'ada')?.is_enabled, false)
    assert.equal((await place.run(['user', 'enable', 'ada'])).code, 0)

    const reset = await place.json<{ password: string }>([
      ...['user', 'reset-password', 'ada', '--generate', '--yes'],
    ])
    assert.equal(reset.password.length, 20)
    assert.equal((await place.run(['user', 'disable', 'nobody', '--yes'])).code, 3)
  })

  test('a short password is refused, and never repeated', async () => {
    const { code, stderr } = await place.run(['user', 'create', 'bob', '--password-stdin'], {
      input: 'hunter2',
    })
    assert.equal(code, 2)
    assert.match(stderr, /at least 12 characters/)
    assert.doesNotMatch(stderr, /hunter2/)
  })

  test('admin setup-link leads to the port that dev really took', async () => {
    const { setup_url: url } = await place.json<{ setup_url: string }>(['admin', 'setup-link'])
    assert.ok(url.startsWith(`${ready.base_url}/setup#gsl_`), url)
    assert.equal((await fetch(url)).status, 200)
  })
})

describe('the server itself', () => {
  test('keys rotate publishes, then waits; the JWKS of the server has the new key', async () => {
    interface Step {
      readonly rotations: { readonly outcome: string; readonly kid: string }[]
    }
    const rotate = ['keys', 'rotate', '--algorithm', 'ES256']
    const first = await place.json<Step>(rotate)
    assert.equal(first.rotations[0]?.outcome, 'published')
    const second = await place.json<Step>(rotate)
    assert.equal(second.rotations[0]?.outcome, 'waiting')
    const kids = async () => {
      const reply = await fetch(`${ready.base_url}/.well-known/jwks.json`)
      const { keys } = (await reply.json()) as { keys: { kid: string }[] }
      return keys.some(({ kid }) => kid === first.rotations[0]?.kid) ? 200 : 404
    }
    await settles(kids, 200)
    const listed = await place.json<{ kid: string; state: string }[]>(['keys', 'list'])
    assert.ok(listed.some(({ kid, state }) => kid === first.rotations[0]?.kid && state === 'next'))
  })

  test('healthcheck and doctor find it', async () => {
    assert.deepEqual(await place.run(['healthcheck']), { code: 0, stdout: 'ready\n', stderr: '' })
    const findings = await place.json<{ check: string; status: string; detail: string }[]>([
      'doctor',
    ])
    const bad = findings.filter(({ status }) => status === 'fail' || status === 'skip')
    assert.deepEqual(bad, [])
    const listener = findings.find(({ check }) => check === 'listener')
    assert.match(listener?.detail ?? '', /grantd answers/)
  })

  test('janitor, migrate status and migrate plan have nothing to complain about', async () => {
    const { deleted } = await place.json<{ deleted: number }>(['janitor'])
    assert.equal(typeof deleted, 'number')
    const rows = await place.json<{ state: string }[]>(['migrate', 'status'])
    assert.ok(rows.length > 0 && rows.every(({ state }) => state === 'applied'))
    assert.deepEqual((await place.run(['migrate', 'plan'])).stdout, '')
  })

  test('a port that was named and is taken is a coded error', async () => {
    await using held = await holdPort()
    const { code, stderr } = await place.run(['dev', '--port', String(held.port)])
    assert.equal(code, 1)
    assert.match(stderr, /^E_PORT_TAKEN /)
  })

  test('SIGTERM ends it with 0 and leaves no note behind', async () => {
    // Its note is gone, and at the default port another server may answer.
    const { port } = new URL(ready.base_url)
    assert.equal(await dev.stop('SIGTERM'), 0)
    assert.ok(!place.has('.grantd/listener.json'))
    const { code, stderr } = await place.run(['healthcheck', '--port', port, '--timeout', '1s'])
    assert.equal(code, 1)
    assert.match(stderr, /nothing answers/)
  })
})
