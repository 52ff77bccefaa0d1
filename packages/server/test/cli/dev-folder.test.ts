// The folder of `grantd dev`: one server at a time, and what is said when something in it is amiss.
import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, test } from 'node:test'
import { Place, start } from './cli.ts'

interface Finding {
  readonly check: string
  readonly status: string
  readonly detail: string
}

describe('the folder of grantd dev', () => {
  test('a second server is refused, and the note of the first stays', async () => {
    using place = new Place()
    await using dev = await start(place, ['dev', '--json', '--server.port', '0'], '"issuer"')
    const file = path.join(place.folder, '.grantd/listener.json')
    const note = readFileSync(file, 'utf8')
    const { code, stderr } = await place.run(['dev'])
    assert.equal(code, 1)
    assert.match(stderr, new RegExp(`^E_ALREADY_RUNNING .* process ${dev.child.pid}, port`))
    assert.equal(readFileSync(file, 'utf8'), note)
  })

  test('a note of a process whose port is free keeps nobody from starting', async () => {
    using place = new Place()
    mkdirSync(path.join(place.folder, '.grantd'), { mode: 0o700 })
    const note = JSON.stringify({ pid: process.pid, port: 1 }) // alive, and no server
    writeFileSync(path.join(place.folder, '.grantd/listener.json'), note)
    await using dev = await start(place, ['dev', '--json'], '"issuer"')
    assert.equal(await dev.stop('SIGTERM'), 0)
  })

  test('a damaged file is a coded error', async () => {
    using place = new Place()
    mkdirSync(path.join(place.folder, '.grantd'), { mode: 0o700 })
    writeFileSync(path.join(place.folder, '.grantd/demo.json'), 'junk')
    const { code, stderr } = await place.run(['dev', '--server.port', '0'])
    assert.equal(code, 1)
    assert.match(stderr, /^E_DATA_FILE .*demo\.json is not valid JSON/m)
  })

  test('doctor names a lost encryption key and a database that others may read', async () => {
    using place = new Place()
    const dev = await start(place, ['dev', '--json', '--server.port', '0'], '"issuer"')
    await dev.stop('SIGTERM')
    rmSync(path.join(place.folder, '.grantd/encryption.key'))
    chmodSync(path.join(place.folder, '.grantd/grantd.db'), 0o644)
    const { code, stdout } = await place.run(['doctor', '--output', 'json'])
    assert.equal(code, 1)
    const findings: readonly Finding[] = JSON.parse(stdout)
    const found = (check: string) => findings.find((finding) => finding.check === check)
    assert.equal(found('keys')?.status, 'fail')
    assert.match(found('keys')?.detail ?? '', /encryption key/)
    if (process.platform !== 'win32') assert.equal(found('secrets')?.status, 'warn')
  })
})
