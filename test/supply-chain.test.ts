import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, test } from 'node:test'
import { judgeAudit } from '../scripts/supply-chain/audit.ts'
import { npm, SBOM } from '../scripts/supply-chain/npm.ts'
import { type Bom, forServers, problemsOfBom } from '../scripts/supply-chain/sbom.ts'

interface Locked {
  readonly resolved?: string
  readonly integrity?: string
  readonly link?: boolean
  readonly hasInstallScript?: boolean
}

const lockfile = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '../package-lock.json'), 'utf8'),
)
const packages: [string, Locked][] = Object.entries<Locked>(lockfile.packages).filter(
  ([place, { link }]) => place.includes('node_modules/') && link !== true,
)

describe('what is installed', () => {
  test('runs no script: npm ci --ignore-scripts gives a server that starts', () => {
    const scripted = packages.filter(([, { hasInstallScript }]) => hasInstallScript === true)
    assert.ok(packages.length > 100, 'the lockfile was read')
    assert.deepEqual(
      scripted.map(([place]) => place),
      [],
    )
  })

  test('comes over TLS and is compared with a checksum', () => {
    for (const [place, { resolved, integrity }] of packages) {
      assert.match(resolved ?? 'https://', /^https:\/\//, place)
      assert.match(integrity ?? '', /^sha512-/, place)
    }
  })

  test('is listed whole by scripts/sbom.ts', () => {
    const bom: Bom = forServers(JSON.parse(npm(SBOM)), lockfile)
    assert.deepEqual(problemsOfBom(bom, lockfile), [])
    const names = new Set(bom.components?.map(({ name }) => name))
    assert.ok(![...names].some((name) => name?.includes('scarf')), 'nothing stands in for it')
    assert.ok(names.has('jose') && names.has('fastify') && !names.has('playwright-core'))
    const without = (name: string) => bom.components?.filter((one) => one.name !== name) ?? []
    const { hashes: _, ...bare } = bom.components?.find(({ name }) => name === 'fastify') ?? {}
    const unproven = { ...bom, components: [...without('fastify'), bare] }
    assert.deepEqual(problemsOfBom(unproven, lockfile), ['fastify has no checksum or no licence'])
    const [problem] = problemsOfBom({ ...bom, components: without('jose') }, lockfile)
    assert.match(problem ?? '', /^jose@.* is not listed$/)
    assert.deepEqual(problemsOfBom({}, lockfile), ['this is no CycloneDX list'])
  })
})

describe('a report of npm audit', () => {
  const total = (count: number) => ({ metadata: { vulnerabilities: { total: count } } })
  const flaw = { severity: 'high', range: '<1.2.3' }

  test('is clean, names what is flawed, or says that nobody was asked', () => {
    assert.deepEqual(judgeAudit(JSON.stringify({ vulnerabilities: {}, ...total(0) })), {
      verdict: 'clean',
    })
    assert.deepEqual(judgeAudit(JSON.stringify({ vulnerabilities: { a: flaw }, ...total(1) })), {
      verdict: 'vulnerable',
      findings: ['high a <1.2.3'],
    })
    for (const text of [
      '',
      '{}',
      '{"message":"offline","error":{}}',
      '{"vulnerabilities":{}}',
      'null',
    ])
      assert.equal(judgeAudit(text).verdict, 'unknown', text)
  })
})
