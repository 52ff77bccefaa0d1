import assert from 'node:assert/strict'
import { appendFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { loadAssets } from './assets.ts'

describe('static files', () => {
  test('are found under their hashed names with a type and an etag', () => {
    const { urls, find } = loadAssets()
    assert.match(urls.stylesheet, /^\/static\/site\.[0-9a-f]{16}\.css$/)
    const found = Object.values(urls).map((url) => find(url))
    const types = found.map((asset) => asset?.contentType)
    assert.deepEqual(
      new Set(types),
      new Set(['text/css; charset=utf-8', 'image/svg+xml', 'text/javascript; charset=utf-8']),
    )
    for (const asset of found) {
      assert.match(asset?.etag ?? '', /^"[0-9a-f]{16}"$/)
      assert.ok((asset?.body.byteLength ?? 0) > 0)
    }
  })

  test('nothing else is reachable', () => {
    const { urls, find } = loadAssets()
    const others = [
      '/static/site.css',
      '/static/../package.json',
      '/static/%2e%2e/package.json',
      `${urls.stylesheet}/`,
      `${urls.stylesheet}?v=1`,
      '/static/',
      '__proto__',
      'constructor',
      '',
    ]
    for (const path of others) assert.equal(find(path), undefined, path)
  })

  test('get another name when their content changes', () => {
    const folder = mkdtempSync(join(tmpdir(), 'grantd-static-'))
    try {
      cpSync(new URL('../../static/', import.meta.url), folder, { recursive: true })
      const url = pathToFileURL(`${folder}/`)
      const before = loadAssets(url).urls
      assert.deepEqual(before, loadAssets().urls)
      appendFileSync(join(folder, 'site.css'), '\n')
      const after = loadAssets(url).urls
      assert.notEqual(after.stylesheet, before.stylesheet)
      assert.equal(after.setupScript, before.setupScript)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('the stylesheet and icon load nothing from elsewhere', () => {
    const { urls, find } = loadAssets()
    const text = (url: string) => new TextDecoder().decode(find(url)?.body)
    assert.doesNotMatch(text(urls.stylesheet), /url\(|@import|https?:/)
    assert.doesNotMatch(text(urls.favicon), /<script|href=|style=/)
  })
})
