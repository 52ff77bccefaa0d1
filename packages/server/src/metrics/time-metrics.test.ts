import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { selfSigned } from '@grantd/testkit'
import { startCertificateWatch } from '../chores.ts'
import type { Settings } from '../config/settings.ts'
import type { HttpServer } from '../http/server.ts'
import { createMetrics, PREFIX } from './server-metrics.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {} }
const settings = { database: { url: 'sqlite:' } } as Settings // nothing else is read

async function said(metrics: ReturnType<typeof createMetrics>, name: string) {
  const family = (await metrics.read()).find((one) => one.name === PREFIX + name)
  return family?.values[0]?.value
}

test('the clock is told as it is at the scrape', async () => {
  const metrics = createMetrics(settings)
  const before = Date.now() / 1_000
  const told = (await said(metrics, 'clock_seconds')) ?? 0
  assert.ok(told >= before && told <= Date.now() / 1_000)
})

test('the end of the certificate is told from the start, and of each that takes its place', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'grantd-tls-'))
  const [cert, key] = [path.join(folder, 'cert.pem'), path.join(folder, 'key.pem')]
  const put = (pair: { readonly cert: string; readonly key: string }): number => {
    writeFileSync(cert, pair.cert)
    writeFileSync(key, pair.key)
    return new X509Certificate(pair.cert).validToDate.getTime() / 1_000
  }
  const metrics = createMetrics(settings)
  assert.equal(await said(metrics, 'tls_certificate_not_after_seconds'), undefined)
  const first = put(selfSigned({ notAfter: new Date('2090-01-01') }))
  const taken: string[] = []
  const http = { useCertificate: (pair: { cert: string }) => void taken.push(pair.cert) }
  const [watch] = startCertificateWatch(
    { server: { tls: { cert, key } } } as Settings,
    http as Pick<HttpServer, 'useCertificate'> as HttpServer,
    silent,
    ({ notAfter }) => metrics.certificate(notAfter),
  )
  try {
    assert.equal(await said(metrics, 'tls_certificate_not_after_seconds'), first)
    const second = put(selfSigned({ notAfter: new Date('2091-01-01') }))
    assert.notEqual(second, first)
    process.emit('SIGHUP')
    assert.equal(taken.length, 1)
    assert.equal(await said(metrics, 'tls_certificate_not_after_seconds'), second)
  } finally {
    await watch?.stop()
    rmSync(folder, { recursive: true })
  }
})
