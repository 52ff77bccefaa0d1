import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { assets, brand, htmlOf } from './drawn-pages.fixture.ts'
import type { PageModel } from './model.ts'
import { models } from './page-models.fixture.ts'
import { consent } from './page-samples.fixture.ts'
import { renderPage } from './render.ts'

function assertNothingInline(html: string): void {
  assert.doesNotMatch(html, /<style/i)
  for (const [tag] of html.matchAll(/<[a-z][^>]*>/gi)) {
    assert.doesNotMatch(tag.replace(/"[^"]*"/g, '""'), /\s(?:on[a-z]+|style|srcdoc)\s*=/i)
  }
  for (const [, attributes, body] of html.matchAll(/<script([^>]*)>([^<]*)/gi)) {
    assert.match(attributes ?? '', /^ src="\/static\/[a-z-]+\.[0-9a-f]{16}\.js" defer(?:="")?$/)
    assert.equal(body, '')
  }
  assert.doesNotMatch(html, /(?:href|src|action)="(?:javascript|data|vbscript):/i)
}

/** Not text: what tells the members of a union apart. */
const TAGS: ReadonlySet<string> = new Set(['page', 'notice', 'form', 'problem'])

/** Every model that `value` becomes when one of the strings in it is replaced. */
function* poisoned(value: unknown, poison: string, key = ''): Generator<unknown> {
  if (typeof value === 'string') {
    if (!TAGS.has(key)) yield poison
    return
  }
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      for (const bad of poisoned(item, poison)) yield value.with(index, bad)
    }
    return
  }
  if (typeof value !== 'object' || value === null) return
  for (const [name, item] of Object.entries(value)) {
    for (const bad of poisoned(item, poison, name)) yield { ...value, [name]: bad }
  }
}

function* poisonedModels(model: PageModel, poison: string): Generator<PageModel> {
  // The shape stays that of `model`; only text was replaced by text.
  for (const bad of poisoned(model, poison)) yield bad as PageModel
}

describe('every page', () => {
  for (const [index, model] of models.entries()) {
    const notice = 'notice' in model && model.notice !== undefined ? ` ${model.notice}` : ''

    test(`${index} ${model.page}${notice} is one complete document`, () => {
      const { html } = renderPage(model, { assets, brand, locale: 'en' })
      assert.match(html, /^<!doctype html>\n<html lang="en" dir="ltr">/)
      assert.match(html, /<title>[^<]+ · grantd<\/title>/)
      assert.equal(html.match(/<h1>/g)?.length, 1)
      assert.equal(html.match(/<main /g)?.length, 1)
      assert.doesNotMatch(html, /undefined|\[object|Promise|NaN|function/)
      assertNothingInline(html)
    })

    test(`${index} ${model.page}${notice} has unique ids, and every reference finds one`, () => {
      const html = htmlOf(model)
      const ids = [...html.matchAll(/ id="([^"]+)"/g)].map((match) => match[1])
      assert.equal(new Set(ids).size, ids.length)
      const references = html.matchAll(
        / (?:for|aria-(?:describedby|labelledby|controls))="([^"]+)"/g,
      )
      for (const [, list] of references) {
        for (const id of (list ?? '').split(' ')) assert.ok(ids.includes(id), `no element ${id}`)
      }
    })

    test(`${index} ${model.page}${notice} labels each visible input`, () => {
      const html = htmlOf(model)
      const inputs = html.matchAll(/<input type="(?!hidden)[a-z]+" id="([^"]+)"/g)
      for (const [, id] of inputs) assert.ok(html.includes(`<label for="${id}">`), `no label ${id}`)
    })
  }
})

describe('text from outside', () => {
  const poisons = [
    `"><script>alert(1)</script>'`,
    `' onmouseover='alert(1)`,
    '<img src=x onerror=alert(1)>',
    '--><svg/onload=alert(1)>',
    '&lt;script&gt;&#x27;',
    'javascript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    '//evil.example',
  ]

  test('T189 stays text in every string of every model', () => {
    let pages = 0
    for (const poison of poisons) {
      for (const model of models.flatMap((each) => [...poisonedModels(each, poison)])) {
        let html: string
        try {
          html = htmlOf(model)
        } catch (refusal) {
          assert.ok(refusal instanceof TypeError)
          assert.ok(model.page === 'form_post' || model.page === 'continue')
          continue
        }
        pages += 1
        if (/[<>"']/.test(poison)) assert.ok(!html.includes(poison), `${model.page}: ${poison}`)
        assert.doesNotMatch(html, /<script>|<img|<svg\//)
        assert.doesNotMatch(html, /(?:href|action)="\/\//)
        assertNothingInline(html)
      }
    }
    assert.ok(pages > 800, `only ${pages} pages`)
  })

  test('cannot reorder our sentences with direction overrides', () => {
    const html = htmlOf({ ...consent, clientName: 'Cal\u202eradne\u2066\n' })
    assert.ok(html.includes('<h1>Allow Calradne to use your account?</h1>'))
  })

  test('a URL that a page must not use is left out of links', () => {
    const clientUri = 'javascript:alert(1)'
    const html = htmlOf({ ...consent, clientUri, policyUri: 'data:text/html,x', tosUri: 'app:/x' })
    assert.doesNotMatch(html, /<a /)
  })

  test('a form_post or continue page with such a URL is refused', () => {
    for (const url of ['javascript:alert(1)', 'data:text/html,x', '//evil.example', 'nodot:/x']) {
      assert.throws(() => htmlOf({ page: 'form_post', action: url, fields: [] }), TypeError)
      assert.throws(() => htmlOf({ page: 'continue', href: url, clientName: 'x' }), TypeError)
    }
  })
})
