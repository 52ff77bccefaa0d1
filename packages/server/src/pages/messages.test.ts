import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { lettersIn } from '../mail/letters.fixture.ts'
import { htmlOf, messages } from './drawn-pages.fixture.ts'
import { UI_LOCALES } from './languages/tags.ts'
import { messagesFor } from './messages.ts'
import { models } from './page-models.fixture.ts'
import { login } from './page-samples.fixture.ts'

const escaped = (text: string) =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')

/** What each text of the catalogue becomes when its parts are these. */
const PARTS: readonly unknown[] = ['Ada', 'Ben', 'Cleo']
const takesNumber = (name: string) => /Attempts|Help|Weak|Default|Left/.test(name)

/** Every text of a language, with parts where it has parts. */
function textsOf(locale: string, partsOf: (name: string) => readonly unknown[] = () => PARTS) {
  return Object.entries(messagesFor(locale)).flatMap(([name, text]) => {
    if (['lang', 'dir', 'date', 'time'].includes(name)) return []
    if (typeof text === 'string') return [{ name, text }]
    const parts = takesNumber(name) ? [7] : partsOf(name)
    return [{ name, text: (text as (...parts: readonly unknown[]) => string)(...parts) }]
  })
}

describe('the message catalogue', () => {
  for (const locale of UI_LOCALES) {
    const catalogue = messagesFor(locale)

    test(`${locale}: no text is empty, and every fixed text is on some page or in a letter`, () => {
      const all = [...models.map((model) => htmlOf(model, locale)), ...lettersIn(locale)].join('')
      for (const [name, text] of Object.entries(catalogue)) {
        if (typeof text !== 'string') continue
        assert.ok(text.trim() === text && text !== '', name)
        if (name === 'languageLegend' || name === 'ownName') continue // the chooser: language-chooser.test.ts
        assert.ok(all.includes(text) || all.includes(escaped(text)), `${name} is on no page`)
      }
    })

    test(`${locale}: every text with parts has them all, and nothing else of English`, () => {
      for (const [name, write] of Object.entries(messages)) {
        if (typeof write !== 'function' || ['date', 'time'].includes(name)) continue
        const translated = catalogue[name as 'loginFor'] as (...parts: unknown[]) => string
        const parts = PARTS.slice(0, write.length)
        const isNumber = takesNumber(name)
        const text = translated(...(isNumber ? [7] : parts))
        if (!isNumber) for (const part of parts) assert.ok(text.includes(String(part)), name)
        assert.doesNotMatch(text, /undefined|NaN|\[object/, name)
      }
    })

    test(`${locale}: pages say which language and direction they have`, () => {
      const html = htmlOf(login, locale)
      const dir = locale === 'ar' ? 'rtl' : 'ltr'
      assert.ok(html.includes(`<html lang="${locale}" dir="${dir}">`))
      assert.ok(html.includes(`<h1>${catalogue.loginTitle}</h1>`))
    })

    if (locale === 'en') continue
    test(`${locale}: next to nothing reads as in English`, () => {
      const same = Object.entries(catalogue).filter(
        ([name, text]) =>
          typeof text === 'string' && text === messages[name as keyof typeof messages],
      )
      // Words that both languages have, such as "Code" and "Passkeys".
      assert.ok(same.length <= 12, same.map(([name]) => name).join(', '))
    })
  }

  test('in Arabic every name, address and Latin word keeps its own direction', () => {
    // Days, and sentences about an account, are Arabic themselves.
    const parts: Readonly<Record<string, readonly string[]>> = {
      mailChanged: ['Ada', '', 'Cleo'],
      consoleTotpSince: [''],
    }
    for (const { name, text } of textsOf('ar', (name) => parts[name] ?? PARTS)) {
      assert.doesNotMatch(text.replaceAll(/\u2068[^\u2069]*\u2069/g, ''), /[A-Za-z]/, name)
    }
  })

  test('French has a narrow no-break space where it belongs, Japanese its own punctuation', () => {
    for (const { name, text } of textsOf('fr')) {
      assert.doesNotMatch(
        text.replaceAll(/https:\/\/|\[::1\]/g, ''),
        /[^\u202f][:;!?»]|«[^\u202f]/,
        name,
      )
    }
    for (const { name, text } of textsOf('ja')) {
      assert.doesNotMatch(text, /[\u3040-\u30ff\u4e00-\u9fff] ?[!?:;,.()]/, name)
    }
  })

  test('a language without texts is answered in English', () => {
    for (const locale of ['xx', '', '__proto__', undefined]) {
      assert.equal(messagesFor(locale).lang, 'en')
    }
  })

  test('numbers take the plural form of their language', () => {
    const left = (locale: string) =>
      [0, 1, 2, 3, 11].map((number) => messagesFor(locale).consoleRecoveryLeft(number))
    assert.deepEqual(left('en'), [
      'None are left.',
      '1 code is left.',
      '2 codes are left.',
      '3 codes are left.',
      '11 codes are left.',
    ])
    assert.equal(new Set(left('ar')).size, 5)
    assert.deepEqual(left('de').slice(1, 3), ['1 Code ist übrig.', '2 Codes sind übrig.'])
  })

  test('dates and times are written as the language does', () => {
    const at = new Date('2026-11-21T10:30:00Z')
    assert.deepEqual(
      UI_LOCALES.map((locale) => messagesFor(locale).date(at)),
      [
        '21 November 2026',
        '21. November 2026',
        '21 de noviembre de 2026',
        '21 novembre 2026',
        '2026年11月21日',
        '21 نوفمبر 2026',
      ],
    )
    assert.equal(messagesFor('de').time(at), '21. November 2026 um 10:30 UTC')
    assert.match(messagesFor('de').loginTooManyAttempts(90), /Warten Sie 2 Minuten/)
    assert.match(messagesFor('ja').loginTooManyAttempts(1), /1 秒待って/)
  })
})
