import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Params } from '../params.ts'
import { askedLanguages } from './asked-languages.ts'
import { acceptedLanguages, lookupLanguage, wishesOf } from './lookup.ts'

const SUPPORTED = ['en', 'de', 'zh-Hant', 'ar']

describe('looking a language up (RFC 4647 §3.4)', () => {
  const cases: ReadonlyArray<readonly [wishes: string, found: string | undefined]> = [
    ['de', 'de'],
    ['DE-ch-1996', 'de'],
    ['de_AT', 'de'],
    ['fr de', 'de'],
    ['en-GB de', 'en'],
    ['zh-Hant-CN-x-private1', 'zh-Hant'],
    ['zh-hant-tw', 'zh-Hant'],
    ['zh', undefined],
    ['deutsch', undefined],
    ['fr', undefined],
    ['', undefined],
    ['* ; -- d-e', undefined],
    ['__proto__ constructor', undefined],
  ]
  for (const [wishes, found] of cases) {
    test(`"${wishes}" finds ${found}`, () => {
      assert.equal(lookupLanguage(wishesOf(wishes), SUPPORTED), found)
    })
  }

  test('a list that is too long wishes for nothing', () => {
    assert.deepEqual(wishesOf(`${'de '.repeat(200)}`), [])
    assert.equal(wishesOf('de '.repeat(100)).length, 20)
  })
})

describe('Accept-Language (RFC 9110 §12.5.4)', () => {
  const cases: ReadonlyArray<readonly [header: string | undefined, ranges: readonly string[]]> = [
    ['de', ['de']],
    ['de-CH, de;q=0.9, en;q=0.8', ['de-CH', 'de', 'en']],
    ['en;q=0.5,de;q=0.9', ['de', 'en']],
    ['de;q=0, en', ['en']],
    ['*, fr', ['fr']],
    ['de;q=2, en;q=x, fr;q=0.1', ['fr']],
    [',,;q=1', []],
    [undefined, []],
    ['de,'.repeat(300), []],
  ]
  for (const [header, ranges] of cases) {
    test(`"${header?.slice(0, 40)}"`, () => assert.deepEqual(acceptedLanguages(header), ranges))
  }
})

describe('the ui_locales under way', () => {
  const object = (claims: object) =>
    `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`
  const asked = (fields: Record<string, string>) => askedLanguages(Params.of(fields))

  test('are sent with the page, or in the request that it carries', () => {
    assert.equal(asked({ ui_locales: 'de' }), 'de')
    assert.equal(asked({ return_to: '/oauth/authorize?client_id=a&ui_locales=ja+de' }), 'ja de')
    assert.equal(asked({ request: 'client_id=a&ui_locales=es' }), 'es')
    assert.equal(asked({ ui_locales: 'de', return_to: '/a?ui_locales=es' }), 'de')
    assert.equal(asked({ return_to: '/profile' }), undefined)
    assert.equal(asked({}), undefined)
  })

  test('are found in a request object, whose signature others judge', () => {
    assert.equal(asked({ request: object({ ui_locales: 'fr' }) }), 'fr')
    assert.equal(asked({ return_to: `/a?request=${object({ ui_locales: 'fr' })}` }), 'fr')
  })

  test('nothing that cannot be read is a problem here', () => {
    for (const request of ['x', 'a.b.c', '..', object({ ui_locales: ['de'] }), object([1])]) {
      assert.equal(asked({ request }), undefined)
    }
    assert.equal(asked({ request: `e30.${'A'.repeat(20_000)}.x` }), undefined)
    assert.equal(asked({ return_to: '/a?return_to=%2Fa%3Fui_locales%3Dde' }), undefined)
  })
})
