import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, describe, test } from 'node:test'
import { EVENT_PRODUCER, type EventEnvelope, makeEvent, systemClock } from '@grantd/domain'
import { freePort } from '@grantd/testkit/ports'
import { load } from '../config/load-fixture.ts'
import { type EventingParts, openEventing } from './open-eventing.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'grantd-events-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const PATIENCE_MS = 300

function parts(env: Record<string, string>, said: string[] = []): EventingParts {
  const say = (_fields: object, message: string) => void said.push(message)
  return {
    settings: load({ env }).settings.events,
    issuer: 'https://id.example',
    log: { debug: say, info: say, warn: say, error: say },
    clock: systemClock,
    http: { post: async () => ({ status: 200 }) },
    patienceMs: PATIENCE_MS,
  }
}

function anEvent(): EventEnvelope {
  return makeEvent(
    { type: 'token_created', clientId: 'app' },
    {
      id: Buffer.alloc(16, 1).toString('base64url') as Parameters<typeof makeEvent>[1]['id'],
      nowMs: 0,
      producer: EVENT_PRODUCER,
      origin: { correlationId: 'c', source: 'http' },
    },
  )
}

/** A plugin that is not healthy until the file `flag` is there. */
function lateBackend(name: string): { readonly file: string; readonly flag: string } {
  const file = path.join(folder, `${name}.mjs`)
  const flag = path.join(folder, `${name}.flag`)
  writeFileSync(
    file,
    `import { existsSync } from 'node:fs'
     export const plugin = {
       name: '${name}',
       emit: async () => {},
       healthCheck: async () => existsSync(${JSON.stringify(flag)}),
     }`,
  )
  return { file, flag }
}

describe('opening the event backends', () => {
  const names: readonly [setting: string, sinks: readonly string[]][] = [
    ['in_memory', ['in_memory']],
    ['console', ['console']],
    ['both', ['in_memory', 'console']],
    ['both,in_memory', ['in_memory', 'console']],
    ['redis_streams', ['redis']],
    ['rabbitmq', ['rabbit']],
    ['console,redis,kafka,rabbit', ['console', 'redis', 'kafka', 'rabbit']],
  ]
  for (const [setting, sinks] of names) {
    test(`OAUTH2_EVENTS_BACKEND=${setting}`, async () => {
      const env = { OAUTH2_EVENTS_BACKEND: setting, OAUTH2_EVENTS_STARTUP: 'degrade' }
      const eventing = await openEventing(parts(env))
      assert.deepEqual(
        eventing.sinks.map((sink) => sink.name),
        sinks,
      )
      await eventing.stop(0)
    })
  }

  test('each webhook is a backend of its own', async () => {
    const eventing = await openEventing(
      parts({
        OAUTH2_EVENTS_BACKEND: 'webhook',
        OAUTH2_EVENTS_WEBHOOK_URLS: 'https://a.example/x,https://b.example/y',
        OAUTH2_EVENTS_WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 1).toString('base64')}`,
      }),
    )
    assert.deepEqual(
      eventing.sinks.map((sink) => sink.name),
      ['webhook', 'webhook_2'],
    )
    await eventing.stop(0)
  })

  for (const [backend, env] of [
    [
      'redis',
      (port: number) => ({ OAUTH2_EVENTS_REDIS_URL: `redis://u:secret@127.0.0.1:${port}` }),
    ],
    [
      'rabbit',
      (port: number) => ({ OAUTH2_EVENTS_RABBIT_URL: `amqp://u:secret@127.0.0.1:${port}` }),
    ],
    ['kafka', (port: number) => ({ OAUTH2_EVENTS_KAFKA_BROKERS: `127.0.0.1:${port}` })],
  ] as const) {
    test(`startup=fail: ${backend} cannot be reached, the server does not start`, async () => {
      const port = await freePort()
      const opening = openEventing(parts({ OAUTH2_EVENTS_BACKEND: backend, ...env(port) }))
      await assert.rejects(opening, (error: Error & { code: string; fix: string }) => {
        assert.equal(error.code, 'E_EVENTS_UNREACHABLE')
        assert.match(error.message, new RegExp(backend))
        assert.match(error.fix, /OAUTH2_EVENTS_STARTUP/)
        assert.doesNotMatch(error.message + error.fix, /secret/)
        return true
      })
    })
  }

  test('startup=degrade: the server starts, says so, and keeps the events', async () => {
    const said: string[] = []
    const { file } = lateBackend('degraded')
    const env = { OAUTH2_EVENTS_PLUGINS: file, OAUTH2_EVENTS_BACKEND: 'degraded' }
    const eventing = await openEventing(parts({ ...env, OAUTH2_EVENTS_STARTUP: 'degrade' }, said))
    assert.ok(said.some((line) => /does not answer/.test(line)))
    const { plugins } = await eventing.health()
    assert.equal(plugins[0]?.healthy, false)
    await eventing.stop(0)
  })

  test('startup=wait: the start goes on when the backend is there', async () => {
    const { file, flag } = lateBackend('awaited')
    const env = { OAUTH2_EVENTS_PLUGINS: file, OAUTH2_EVENTS_BACKEND: 'awaited' }
    let isOpen = false
    const opening = openEventing(parts({ ...env, OAUTH2_EVENTS_STARTUP: 'wait' })).then(
      (opened) => {
        isOpen = true
        return opened
      },
    )
    await new Promise((resolve) => setTimeout(resolve, 2 * PATIENCE_MS))
    assert.equal(isOpen, false)
    writeFileSync(flag, '')
    const eventing = await opening
    await eventing.stop(0)
  })

  test('a backend that nobody has is named', async () => {
    const { file } = lateBackend('known')
    const env = { OAUTH2_EVENTS_PLUGINS: file, OAUTH2_EVENTS_BACKEND: 'knwon' }
    await assert.rejects(openEventing(parts(env)), { code: 'E_EVENTS_BACKEND' })
  })

  test('a plugin that is none is named with what it lacks', async () => {
    const file = path.join(folder, 'none.mjs')
    writeFileSync(file, 'export const plugin = { name: "none" }')
    const env = { OAUTH2_EVENTS_PLUGINS: file, OAUTH2_EVENTS_BACKEND: 'none' }
    await assert.rejects(openEventing(parts(env)), {
      code: 'E_EVENTS_PLUGIN',
      message: /none\.mjs cannot be used: it must export `plugin`/,
    })
  })

  test('the example of the guide writes events to its file', async () => {
    const example = path.resolve(import.meta.dirname, '../../../events/examples/file-backend.ts')
    process.env.EVENTS_FILE = path.join(folder, 'events.jsonl')
    const env = { OAUTH2_EVENTS_PLUGINS: example, OAUTH2_EVENTS_BACKEND: 'file' }
    const eventing = await openEventing(parts(env))
    const event = anEvent()
    eventing.emit(event)
    await eventing.stop(5_000)
    const [line = ''] = readFileSync(process.env.EVENTS_FILE, 'utf8').split('\n')
    assert.deepEqual(JSON.parse(line), event)
  })

  test('a type in the filter that is not ours is a warning: others may send it in', async () => {
    const said: string[] = []
    const env = { OAUTH2_EVENTS_FILTER_MODE: 'include', OAUTH2_EVENTS_TYPES: 'tokn_created' }
    const eventing = await openEventing(parts(env, said))
    assert.ok(said.some((line) => /OAUTH2_EVENTS_TYPES/.test(line)))
    await eventing.stop(0)
  })
})
