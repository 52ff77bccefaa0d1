import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, describe, test } from 'node:test'
import { selfSigned } from '@grantd/testkit'
import { load } from '../config/load-fixture.ts'
import { type Certificate, readCertificate, validityProblem } from './certificate.ts'
import { watchCertificate } from './watch-certificate.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'grantd-tls-'))
after(() => rmSync(folder, { recursive: true }))

let files = 0
function fileWith(text: string): string {
  const file = path.join(folder, `${files++}.pem`)
  writeFileSync(file, text)
  return file
}

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000)
const PAIR = selfSigned({ names: ['id.example'] })
const cert = fileWith(PAIR.cert)
const key = fileWith(PAIR.key)

describe('a certificate', () => {
  test('is read with its names and its times', () => {
    const read = readCertificate({ cert, key })
    assert.equal(read.names, 'DNS:id.example')
    assert.equal(validityProblem(read, new Date()), undefined)
    assert.match(validityProblem(read, inDays(40)) ?? '', /^expired on \d{4}-/)
    assert.match(validityProblem(read, inDays(-40)) ?? '', /^is not valid before \d{4}-/)
  })

  const other = selfSigned()
  const CASES: readonly (readonly [
    string,
    'cert' | 'key',
    { cert: string; key: string },
    RegExp,
  ])[] = [
    ['a missing file', 'cert', { cert: `${cert}.none`, key }, /cannot be read \(ENOENT\)/],
    ['a missing key', 'key', { cert, key: `${key}.none` }, /cannot be read \(ENOENT\)/],
    ['a folder', 'key', { cert, key: folder }, /cannot be read \(EISDIR\)/],
    ['an empty file', 'cert', { cert: fileWith(''), key }, /holds no certificate/],
    ['a key in its place', 'cert', { cert: key, key }, /holds no certificate/],
    ['a certificate for a key', 'key', { cert, key: cert }, /holds no private key/],
    ['the key of another', 'key', { cert, key: fileWith(other.key) }, /is not the key of/],
  ]
  for (const [name, file, pair, message] of CASES) {
    test(`${name} is refused at the start, in words that name the file`, () => {
      assert.throws(() => readCertificate(pair), { name: 'CertificateError', file, message })
      const [problem] = problemsWith(pair)
      assert.deepEqual([problem?.code, problem?.key], ['E_CONFIG_TLS', `server.tls.${file}`])
      assert.match(problem?.what ?? '', message)
    })
  }

  test('one that expired, or is for later, is refused at the start', () => {
    for (const [notBefore, notAfter] of [
      [inDays(-9), inDays(-1)],
      [inDays(1), inDays(9)],
    ] as const) {
      const pair = selfSigned({ notBefore, notAfter })
      const [problem] = problemsWith({ cert: fileWith(pair.cert), key: fileWith(pair.key) })
      assert.deepEqual([problem?.code, problem?.key], ['E_CONFIG_TLS', 'server.tls.cert'])
    }
  })

  test('half of a pair, and HTTP/2 without one, are refused', () => {
    const keysOf = (env: Record<string, string>) => problems(env).map((problem) => problem.key)
    assert.deepEqual(keysOf({ OAUTH2_SERVER_TLS_CERT: cert }), ['server.tls.key'])
    assert.deepEqual(keysOf({ OAUTH2_SERVER_TLS_KEY: key }), ['server.tls.cert'])
    assert.deepEqual(keysOf({ OAUTH2_SERVER_HTTP2: 'true' }), ['server.tls.http2'])
    assert.deepEqual(problemsWith({ cert, key }), [])
  })
})

function problems(env: Record<string, string>) {
  try {
    return load({ env }).problems.filter(({ code }) => code === 'E_CONFIG_TLS')
  } catch (error) {
    return (error as { problems: ReturnType<typeof load>['problems'] }).problems.filter(
      ({ code }) => code === 'E_CONFIG_TLS',
    )
  }
}

const problemsWith = (pair: { cert: string; key: string }) =>
  problems({ OAUTH2_SERVER_TLS_CERT: pair.cert, OAUTH2_SERVER_TLS_KEY: pair.key })

describe('a certificate that is renewed', () => {
  /** A pair of files that is watched closely; `next` resolves with what is taken over. */
  function watched() {
    const pair = { cert: fileWith(PAIR.cert), key: fileWith(PAIR.key) }
    const heard = new EventEmitter()
    const warnings: string[] = []
    const nothing = () => undefined
    const watch = watchCertificate({
      files: pair,
      lookMs: 10,
      use: (certificate) => heard.emit('use', certificate),
      log: {
        debug: nothing,
        info: nothing,
        error: nothing,
        warn: (_fields, message) => {
          warnings.push(message)
          heard.emit('warning')
        },
      },
    })
    const next = async () => {
      const [certificate] = (await once(heard, 'use')) as [Certificate]
      return certificate
    }
    return { pair, next, heard, warnings, watch, [Symbol.dispose]: () => watch.stop() }
  }

  test('a file that cannot even be looked at is complained of; the former stays', async () => {
    using world = watched()
    const warned = once(world.heard, 'warning')
    unlinkSync(world.pair.cert)
    symlinkSync(world.pair.cert, world.pair.cert) // a link to itself: ELOOP
    await warned
    assert.match(world.warnings[0] ?? '', /the former one stays in use/)
  })

  test('is taken over when both files are there, and not before', async () => {
    using world = watched()
    const renewed = selfSigned({ names: ['new.example'] })
    const warned = once(world.heard, 'warning')
    const taken = world.next()
    writeFileSync(world.pair.cert, renewed.cert)
    await warned
    writeFileSync(world.pair.key, renewed.key)
    assert.equal((await taken).names, 'DNS:new.example')
    assert.equal(world.warnings.length, 1, 'a pair that is not whole is told of once')
  })

  test('is found behind a link that was turned, as Kubernetes does', async () => {
    using world = watched()
    const renewed = selfSigned({ names: ['new.example'] })
    const taken = world.next()
    for (const file of ['key', 'cert'] as const) {
      const target = fileWith(renewed[file])
      const link = `${world.pair[file]}.link`
      symlinkSync(target, link)
      renameSync(link, world.pair[file])
    }
    assert.equal((await taken).names, 'DNS:new.example')
  })

  test('SIGHUP reads it at once; files that are gone change nothing', async () => {
    using world = watched()
    const taken = world.next()
    process.emit('SIGHUP')
    assert.equal((await taken).names, 'DNS:id.example')
    const warned = once(world.heard, 'warning')
    unlinkSync(world.pair.key)
    await warned
    assert.match(world.warnings[0] ?? '', /the former one stays in use/)
  })

  test('nobody listens for SIGHUP any more when the server has stopped', () => {
    const before = process.listenerCount('SIGHUP')
    const world = watched()
    assert.equal(process.listenerCount('SIGHUP'), before + 1)
    world.watch.stop()
    assert.equal(process.listenerCount('SIGHUP'), before)
  })
})
