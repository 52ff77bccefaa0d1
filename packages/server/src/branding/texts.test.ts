import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { createLetterWriter } from '../mail/letters.ts'
import { assets } from '../pages/drawn-pages.fixture.ts'
import { UI_LOCALES } from '../pages/languages/tags.ts'
import { messagesFor } from '../pages/messages.ts'
import { consent, login } from '../pages/page-samples.fixture.ts'
import { renderPage } from '../pages/render.ts'
import { StartError } from '../start-error.ts'
import { loadBrand } from './brand.ts'
import { loadTexts, replaceableTexts } from './texts.ts'

const folder = mkdtempSync(join(tmpdir(), 'grantd-texts-'))
after(() => rmSync(folder, { recursive: true }))

function file(content: unknown): string {
  const path = join(folder, 'texts.json')
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

function refused(content: unknown): string {
  let message = ''
  assert.throws(
    () => loadTexts(file(content)),
    (error) => {
      assert.ok(error instanceof StartError)
      assert.equal(error.code, 'E_BRANDING_TEXTS')
      message = error.message
      return true
    },
  )
  return message
}

describe('own words', () => {
  test('take the place of a text, with its parts, in one language only', () => {
    const texts = loadTexts(file({ en: { loginTitle: 'Welcome', loginFor: '{1} asks you in' } }))
    assert.equal(texts('en').loginTitle, 'Welcome')
    assert.equal(texts('en').loginFor('Calendar'), 'Calendar asks you in')
    assert.equal(texts('en').loginSubmit, messagesFor('en').loginSubmit)
    assert.equal(texts('de').loginTitle, messagesFor('de').loginTitle)
  })

  test('of several parts may change their order', () => {
    const texts = loadTexts(file({ en: { consoleDevice: '{2}: {1}' } }))
    assert.equal(texts('en').consoleDevice('Firefox', 'Linux'), 'Linux: Firefox')
  })

  test('from right to left keep the direction of names', () => {
    const texts = loadTexts(file({ ar: { loginFor: 'إلى {1}' } }))
    assert.equal(texts('ar').loginFor('Calendar'), 'إلى \u2068Calendar\u2069')
  })

  test('say what a scope of one’s own allows, and are shown as text', () => {
    const path = file({ en: { 'scope_calendar.read': 'See <b>appointments</b>' } })
    const brand = loadBrand({
      branding: { name: 'grantd', contrast: 'AA', light: {}, dark: {}, texts: path },
    })
    const page = { ...consent, scopes: ['calendar.read'] }
    const { html } = renderPage(page, { assets, brand, locale: 'en' })
    assert.match(html, /See &lt;b&gt;appointments/)
    const { html: german } = renderPage(page, { assets, brand, locale: 'de' })
    assert.doesNotMatch(german, /appointments/)
  })

  test('reach pages and letters', () => {
    const path = file({ en: { loginTitle: 'Welcome to Example', mailResetSubject: 'New one' } })
    const brand = loadBrand({
      branding: { name: 'grantd', contrast: 'AA', light: {}, dark: {}, texts: path },
    })
    assert.match(renderPage(login, { assets, brand, locale: 'en' }).html, /Welcome to Example/)
    const letter = {
      topic: 'reset_password',
      username: 'ada',
      link: 'https://id.example/',
    } as const
    assert.equal(createLetterWriter(loadTexts(path)).write(letter, 'en').subject, 'New one')
  })

  test('a name with a dollar sign or braces stays what it is', () => {
    const texts = loadTexts(file({ en: { loginFor: 'for {1}' } }))
    assert.equal(texts('en').loginFor('$& {1} $1'), 'for $& {1} $1')
  })
})

describe('a file of texts is refused, with every fault,', () => {
  test('for unknown languages and names, missing parts, empty and endless texts', () => {
    const message = refused({
      xx: {},
      de: 'Anmelden',
      en: {
        loginTitel: 'Welcome',
        loginFor: 'to go on',
        loginSubmit: 'Go {1}',
        loginUsername: ' ',
        loginPassword: 7,
        loginRequired: 'x'.repeat(1_001),
        loginExpired: 'a\u0000b',
        loginTooManyAttempts: 'Wait',
        dir: 'rtl',
        'scope_two words': 'x',
      },
    })
    for (const fault of [
      'xx is none of en, de',
      'de must be an object of texts',
      'en.loginTitel is unknown: loginTitle?',
      'en.loginFor must have each of its parts: {1}',
      'en.loginSubmit has no parts: leave {1} out',
      'en.loginUsername must be a text',
      'en.loginPassword must be a text',
      'en.loginRequired is longer than 1000 characters',
      'en.loginExpired has control characters; use spaces',
      'en.loginTooManyAttempts is no text that can be replaced',
      'en.dir is no text that can be replaced',
      'en.scope_two words is no text that can be replaced',
    ])
      assert.ok(message.includes(fault), `${fault}\n${message}`)
  })

  test('when it is no JSON, no object, or not there', () => {
    assert.match(refused('{"en":'), /is no JSON/)
    assert.match(refused('[]'), /must be an object of languages/)
    assert.throws(() => loadTexts(join(folder, 'none.json')), /cannot be read/)
    assert.match(refused(`"${'x'.repeat(200_001)}"`), /larger than/)
  })
})

/** Without the marks of direction. */
const plain = (text: string) => text.replace(/[\u2068\u2069]/g, '')

test('what is printed as replaceable is taken back unchanged, in every language', () => {
  for (const tag of UI_LOCALES) {
    const printed = replaceableTexts(messagesFor(tag))
    assert.ok(Object.keys(printed).length > 200, tag)
    const own = loadTexts(file({ [tag]: printed }))(tag)
    for (const [name, template] of Object.entries(printed)) {
      const text: unknown = own[name as keyof typeof own]
      const shown = typeof text === 'function' ? text('{1}', '{2}', '{3}') : text
      assert.equal(plain(String(shown)), plain(template), `${tag}.${name}`)
    }
  }
})
