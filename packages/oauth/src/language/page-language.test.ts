import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Params } from '../params.ts'
import { languageOf } from './page-language.ts'

const ports = {
  settings: { uiLocales: ['en', 'de'], uiDefaultLocale: 'en' },
  clock: { nowMs: () => 0 },
} as unknown as Parameters<typeof languageOf>[1] // all that is read of them

function pageFor(uiLocales: string): string {
  const request = { language: undefined, headers: { acceptLanguage: `${uiLocales};q=0.5` } }
  const params = Params.of({ ui_locales: uiLocales })
  return languageOf({ params, request, signedIn: undefined }, ports)
}

test('T170 300,000 languages that nobody speaks get the default, and none of them is kept', () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  for (let n = 0; n < 10_000; n++) pageFor(`x-warm-${n}`)
  collect()
  const before = process.memoryUsage().heapUsed
  for (let n = 0; n < 300_000; n++) {
    if (pageFor(`q${n.toString(36)}-${n % 97}`) !== 'en') assert.fail(`${n} found a language`)
  }
  collect()
  const grown = process.memoryUsage().heapUsed - before
  assert.ok(grown < 4_000_000, `${grown} bytes more`)
  assert.equal(pageFor('de-CH'), 'de', 'one that is spoken is found')
})

test('T170 long lists and odd tags are not looked at', () => {
  for (const text of [
    'x '.repeat(5_000),
    '__proto__',
    'constructor',
    'a'.repeat(100_000),
    '%00',
    '',
  ])
    assert.equal(pageFor(text), 'en')
})
