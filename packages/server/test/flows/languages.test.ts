import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { messagesFor } from '../../src/pages/messages.ts'
import { codeOf, codesOn, formFor, seedOn, withTotp } from '../support/people.ts'
import {
  Browser,
  hiddenFields,
  ISSUER,
  linkIn,
  PASSWORD,
  pkce,
  REDIRECT,
  TestServer,
} from '../support/server.ts'

type Reply = Awaited<ReturnType<Browser['get']>>

const titleIn = (locale: string) => messagesFor(locale).loginTitle

function assertSpeaks(reply: Reply, locale: string): void {
  assert.equal(reply.headers['content-language'], locale)
  assert.match(
    reply.body,
    new RegExp(`<html lang="${locale}" dir="${locale === 'ar' ? 'rtl' : 'ltr'}">`),
  )
}

function authorize(more: Record<string, string> = {}): string {
  const query = {
    response_type: 'code',
    client_id: 'web',
    redirect_uri: REDIRECT,
    scope: 'openid',
    code_challenge: pkce().challenge,
    code_challenge_method: 'S256',
    ...more,
  }
  return `/oauth/authorize?${new URLSearchParams(query)}`
}

async function started(env: Record<string, string> = {}, metadata: object = {}) {
  const server = await TestServer.start(env)
  await server.addUser('ada', PASSWORD, 'ada@mail.example')
  await server.addClient({ client_name: 'Web', redirect_uris: [REDIRECT], ...metadata }, 'web')
  return server
}

/** With the header that a browser set to this language sends. */
async function getWith(server: TestServer, url: string, language: string, cookie?: string) {
  const headers = {
    accept: 'text/html',
    'accept-language': language,
    ...(cookie !== undefined && { cookie }),
  }
  return server.inject({ url, headers })
}

async function choose(server: TestServer, language: string, page: string) {
  const browser = new Browser(server)
  const reply = await browser.submit('/language', { language, page })
  return { reply, browser, cookie: `language=${browser.cookies.get('language')}` }
}

describe('which language a page has', () => {
  test('ui_locales come before what the browser says, in their order (OIDC Core §3.1.2.1)', async () => {
    await using server = await started()
    const cases = [
      [{ ui_locales: 'xx-unknown de-CH en' }, 'ja', 'de'],
      [{ ui_locales: 'nl' }, 'ja', 'ja'],
      [{}, 'nl, ar;q=0.5, de;q=0.1', 'ar'],
      [{}, 'nl', 'en'],
    ] as const
    for (const [asked, accepted, locale] of cases) {
      const { headers } = await getWith(server, authorize(asked), accepted)
      const login = await getWith(server, String(headers.location), accepted)
      assertSpeaks(login, locale)
      assert.ok(login.body.includes(`<h1>${titleIn(locale)}</h1>`))
    }
  })

  test('it stays for the whole journey: refusal, second factor, consent', async () => {
    await using server = await started()
    const { seed } = await withTotp(server)
    assert.notEqual(seed, '')
    const browser = new Browser(server)
    const start = await browser.get(authorize({ ui_locales: 'es', prompt: 'consent' }))
    const login = await browser.get(String(start.headers.location))
    assertSpeaks(login, 'es')
    const fields = formFor(login.body, '/auth/login')
    const wrong = await browser.submit('/auth/login', {
      ...fields,
      username: 'ada',
      password: 'no',
    })
    const again = await browser.get(String(wrong.headers.location))
    assertSpeaks(again, 'es')
    assert.ok(again.body.includes(messagesFor('es').loginInvalidCredentials))
    assert.ok(again.body.includes('href="/auth/forgot?ui_locales=es"'))
    const pending = await browser.submit('/auth/login', {
      ...{ ...formFor(again.body, '/auth/login'), username: 'ada', password: PASSWORD },
    })
    const factor = await browser.get(String(pending.headers.location))
    assertSpeaks(factor, 'es')
    const refused = await browser.submit('/auth/second-factor', {
      ...{ ...formFor(factor.body, '/auth/second-factor'), code: '000000' },
    })
    assertSpeaks(refused, 'es')
    const done = await browser.submit('/auth/second-factor', {
      ...{ ...formFor(refused.body, '/auth/second-factor'), code: codeOf(server, seed) },
    })
    const consent = await browser.get(String(done.headers.location))
    assertSpeaks(consent, 'es')
    assert.ok(consent.body.includes(messagesFor('es').scope_openid))
    const expired = await browser.submit('/oauth/consent', {
      ...{ ...formFor(consent.body, '/oauth/consent'), csrf: 'stale', decision: 'allow' },
    })
    assert.equal(expired.statusCode, 403)
    assertSpeaks(expired, 'es')
  })

  test('the account says its own, which ui_locales outranks and the browser does not', async () => {
    await using server = await started()
    const browser = new Browser(server)
    await browser.signIn()
    const form = await browser.get('/profile/details')
    assertSpeaks(form, 'en')
    await browser.submit('/profile/details', {
      ...{ ...formFor(form.body, '/profile/details'), locale: 'ja-JP' },
    })
    assertSpeaks(await browser.get('/profile'), 'ja')
    const cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ')
    assertSpeaks(await getWith(server, '/profile', 'de', cookie), 'ja')
    assertSpeaks(await browser.get('/profile?ui_locales=fr'), 'fr')
    assertSpeaks(await browser.get(authorize({ ui_locales: 'fr', prompt: 'consent' })), 'fr')
  })

  test('errors, unknown pages and the fall-back of the configuration', async () => {
    await using server = await started({ OAUTH2_UI_DEFAULT_LOCALE: 'fr' })
    assertSpeaks(await getWith(server, '/nothing', 'de'), 'de')
    assertSpeaks(await getWith(server, '/nothing', 'nl'), 'fr')
    const unusable = await getWith(server, '/oauth/authorize?client_id=x&ui_locales=de', 'ja')
    assertSpeaks(unusable, 'de')
    assert.ok(unusable.body.includes(messagesFor('de').errorClientUnknown))
    const refused = await server.form(
      '/auth/login',
      { username: 'x' },
      { accept: 'text/html', origin: 'https://evil.example' },
    )
    assert.equal(refused.statusCode, 403)
    assert.ok(refused.body.includes(messagesFor('fr').errorRefusedTitle))
  })

  test('JSON stays in English: error_description is for developers', async () => {
    await using server = await started({ OAUTH2_UI_DEFAULT_LOCALE: 'de' })
    const headers = { 'accept-language': 'de' }
    const reply = await server.form('/oauth/token', { grant_type: 'nope' }, headers)
    assert.equal(reply.headers['content-language'], undefined)
    assert.doesNotMatch(reply.body, /[äöüß]/)
  })

  test('discovery lists the languages', async () => {
    await using server = await started()
    const { body } = await server.inject({ url: '/.well-known/openid-configuration' })
    assert.deepEqual(JSON.parse(body).ui_locales_supported, ['en', 'de', 'es', 'fr', 'ja', 'ar'])
  })

  test('no cache may mix them', async () => {
    await using server = await started()
    const { headers } = await getWith(server, '/auth/login', 'de')
    assert.equal(headers['cache-control'], 'no-store')
    assert.equal(headers.vary, 'Accept-Language, Cookie')
  })
})

describe('the language chooser', () => {
  test('leads back to the very page, with its request, and outranks ui_locales for a while', async () => {
    await using server = await started()
    const browser = new Browser(server)
    const start = await browser.get(authorize({ ui_locales: 'es', state: 'a b&c' }))
    const login = await browser.get(String(start.headers.location))
    assert.match(
      login.body,
      /<button type="submit" name="language" value="es" lang="es" aria-current="true">/,
    )
    const { page = '' } = formFor(login.body, '/language')
    assert.equal(page, start.headers.location)
    const chosen = await browser.submit('/language', { page, language: 'ar' })
    assert.equal(chosen.statusCode, 303)
    assert.equal(chosen.headers.location, page)
    const again = await browser.get(page)
    assertSpeaks(again, 'ar')
    assert.equal(hiddenFields(again.body).return_to, hiddenFields(login.body).return_to)
    server.clock.advance(2 * 3_600)
    assertSpeaks(await browser.get(page), 'es')
    assertSpeaks(await browser.get('/auth/login'), 'ar')
  })

  test('after a form that was refused, it leads to the form', async () => {
    await using server = await started()
    const browser = new Browser(server)
    const login = await browser.get(`/auth/login?${new URLSearchParams({ return_to: '/profile' })}`)
    const fields = { ...formFor(login.body, '/auth/login'), csrf: 'stale' }
    const refused = await browser.submit('/auth/login', { ...fields, username: 'a', password: 'b' })
    assert.equal(formFor(refused.body, '/language').page, '/auth/login?return_to=%2Fprofile')
  })

  test('is not where a page is seen once', async () => {
    await using server = await started()
    const browser = new Browser(server)
    await browser.signIn()
    const { body } = await browser.get('/profile/totp')
    assert.match(body, /action="\/language"/)
    const made = await browser.submit('/profile/totp', {
      ...{ ...formFor(body, '/profile/totp'), code: codeOf(server, seedOn(body)) },
    })
    assert.equal(codesOn(made.body).length, 10)
    assert.doesNotMatch(made.body, /action="\/language"/)
  })

  test('goes nowhere else, takes no other language, and not from other sites', async () => {
    await using server = await started()
    const elsewhere = [
      '//evil.example',
      'https://evil.example/',
      '/\\evil.example',
      '/a\r\nb',
      'x',
      '',
    ]
    for (const page of elsewhere) {
      assert.equal((await choose(server, 'de', page)).reply.headers.location, '/profile', page)
    }
    const odd = await choose(server, 'xx', '/auth/login')
    assert.equal(odd.browser.cookies.has('language'), false)
    const foreign = await server.form(
      '/language',
      { language: 'de', page: '/' },
      { origin: 'https://evil.example' },
    )
    assert.equal(foreign.statusCode, 403)
  })

  test('a cookie that nobody set is as good as none', async () => {
    await using server = await started()
    for (const value of ['xx~1', 'de', '~', 'de~x', 'de~99999999999999']) {
      assertSpeaks(await getWith(server, '/auth/login', 'fr', `language=${value}`), 'fr')
    }
  })
})

describe('what a client says of itself (RFC 7591 §2.2)', () => {
  const words = {
    'client_name#de': 'Meine App',
    'client_name#pt-BR': 'Meu App',
    policy_uri: 'https://web.example/privacy',
    'policy_uri#de-AT': 'https://web.example/datenschutz',
    'logo_uri#de': 'https://web.example/logo-de.png',
  }

  test('is shown in the language of the page, on login and consent', async () => {
    await using server = await started({}, words)
    const browser = new Browser(server)
    const start = await browser.get(authorize({ ui_locales: 'de' }))
    const login = await browser.get(String(start.headers.location))
    assert.ok(login.body.includes('weiter zu Meine App'))
    assert.ok(login.body.includes('href="https://web.example/datenschutz"'))
    assert.ok(login.body.includes('src="/clients/logo/web?locale=de"'))
    const { headers } = await browser.submit('/auth/login', {
      ...{ ...formFor(login.body, '/auth/login'), username: 'ada', password: PASSWORD },
    })
    const consent = await browser.get(String(headers.location))
    assert.ok(consent.body.includes('Darf Meine App Ihr Konto verwenden?'))
    const english = await new Browser(server).get(
      String(
        (await browser.get(authorize({ ui_locales: 'en', prompt: 'login' }))).headers.location,
      ),
    )
    assert.ok(english.body.includes('to continue to Web'))
    assert.ok(english.body.includes('href="https://web.example/privacy"'))
    assert.doesNotMatch(english.body, /clients\/logo/)
  })
})

describe('letters', () => {
  test('to an account are in its language, or in that of the page where it says none', async () => {
    await using server = await started()
    const browser = new Browser(server)
    const ask = async (language: string) => {
      const page = await browser.get(`/auth/forgot?ui_locales=${language}`)
      await browser.submit('/auth/forgot', {
        ...{ ...formFor(page.body, '/auth/forgot'), username: 'ada' },
      })
    }
    await ask('de')
    const german = await server.mailbox.find('ada@mail.example', /neues Passwort/)
    assert.match(german.html, /<html lang="de" dir="ltr">/)
    await browser.signIn()
    const form = await browser.get('/profile/details')
    await browser.submit('/profile/details', {
      ...{ ...formFor(form.body, '/profile/details'), locale: 'ar' },
    })
    await ask('de')
    const arabic = await server.mailbox.find('ada@mail.example', /كلمة مرور/)
    assert.match(arabic.html, /<html lang="ar" dir="rtl">/)
    assert.ok(arabic.text.includes(`${ISSUER}/auth/reset?ticket=`))
    assertSpeaks(await new Browser(server).get(linkIn(arabic)), 'ar')
  })

  test('a sign-up keeps the language that it was made in', async () => {
    await using server = await started({
      OAUTH2_SIGNUP_ENABLED: 'true',
      OAUTH2_SMTP_URL: 'smtp://127.0.0.1:1',
    })
    const browser = new Browser(server)
    await browser.submit('/language', { language: 'fr', page: '/auth/sign-up' })
    const page = await browser.get('/auth/sign-up')
    await browser.submit('/auth/sign-up', {
      ...{ ...formFor(page.body, '/auth/sign-up'), email: 'new@mail.example' },
    })
    const mail = await server.mailbox.find('new@mail.example', /Créez votre compte/)
    const finish = await browser.get(linkIn(mail))
    await browser.submit('/auth/sign-up/finish', {
      ...formFor(finish.body, '/auth/sign-up/finish'),
      ...{ password: PASSWORD, password_again: PASSWORD },
    })
    const user = await server.assembly.storage.users.findByLogin('new@mail.example')
    assert.equal(user?.claims.locale, 'fr')
  })
})
