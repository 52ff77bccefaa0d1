import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createLetterWriter } from '../mail/letters.ts'
import { ACCOUNT_FORMS } from './account-form-page.ts'
import { loadAssets } from './assets.ts'
import { messagesFor } from './messages.ts'
import type {
  AccountDonePage,
  AccountFormPage,
  ConsentPage,
  ErrorPage,
  LoginPage,
  MessagePage,
  PageModel,
  ProfilePage,
  SecondFactorPage,
  SetupPage,
} from './model.ts'
import { renderPage } from './render.ts'

const assets = loadAssets().urls
const messages = messagesFor('en')

const login: LoginPage = {
  page: 'login',
  csrf: 'csrf-value',
  returnTo: '/oauth/authorize?client_id=a&scope=openid',
  username: 'ada',
  signedInAs: undefined,
  clientName: 'Calendar',
  notice: undefined,
  retryAfter: undefined,
  isDev: true,
  maySignUp: true,
  mayRecover: true,
}
const consent: ConsentPage = {
  page: 'consent',
  csrf: 'csrf-value',
  clientName: 'Calendar',
  isVerified: true,
  clientUri: 'https://calendar.example/',
  policyUri: 'https://calendar.example/privacy',
  tosUri: 'https://calendar.example/terms',
  redirectTarget: 'calendar.example',
  isLoopbackRedirect: true,
  username: 'ada',
  scopes: [{ token: 'profile', description: 'See your name' }],
  mayRemember: true,
  request: 'request-value',
  notice: undefined,
}
const error: ErrorPage = {
  page: 'error',
  title: 'This sign-in link does not fit',
  message: 'The app sent a redirect address that is not registered.',
  code: 'invalid_request',
  errorId: 'err_42',
  details: [{ label: 'Received', value: 'https://calendar.example/callback' }],
  wayOn: { href: 'https://calendar.example/', label: 'Back to Calendar' },
}
const profile: ProfilePage = {
  page: 'profile',
  csrf: 'csrf-value',
  username: 'ada',
  email: 'ada@example.test',
  role: 'admin',
  userId: 'usr_1',
  sessionStartedAt: 1_790_000_000,
  isEmailVerified: false,
  forms: {
    endSession: 'csrf-end-session',
    endOthers: 'csrf-end-others',
    revokeApp: 'csrf-revoke-app',
    verifyEmail: 'csrf-verify-email',
    renamePasskey: 'csrf-rename-passkey',
    removePasskey: 'csrf-remove-passkey',
    removeTotp: 'csrf-remove-totp',
    recoveryCodes: 'csrf-recovery-codes',
    export: 'csrf-export',
  },
  done: undefined,
  sessions: [
    {
      id: 'ses_1',
      isThis: true,
      browser: 'Firefox',
      system: 'Linux',
      ip: '192.0.2.1',
      startedAt: 1_790_000_000,
      lastSeenAt: 1_790_000_000,
    },
    {
      id: 'ses_2',
      isThis: false,
      browser: undefined,
      system: undefined,
      ip: undefined,
      startedAt: 1_790_000_000,
      lastSeenAt: 1_790_000_000,
    },
  ],
  apps: [
    {
      clientId: 'calendar',
      clientName: 'Calendar',
      openUri: undefined,
      scope: 'openid profile',
      since: 1_790_000_000,
      lastUsedAt: 1_790_000_000,
    },
  ],
  passkeys: [
    {
      id: 'pk_1',
      name: 'My laptop',
      createdAt: 1_790_000_000,
      lastUsedAt: undefined,
      isBackedUp: true,
    },
  ],
  totpSince: 1_790_000_000,
  recoveryCodesLeft: 9,
  log: [{ action: 'session.started', ip: '192.0.2.1', at: 1_790_000_000 }],
  issuer: 'https://id.example/tenant',
}
const setup: SetupPage = {
  page: 'setup',
  csrf: 'csrf-value',
  code: 'code-value',
  notice: undefined,
  username: 'admin',
  minimumPasswordLength: 12,
}
const message: MessagePage = {
  page: 'message',
  title: 'Signed out',
  message: 'You are signed out here.',
  wayOn: { href: '/auth/login', label: 'Sign in' },
}
const offer = {
  sealed: 'sealed-seed',
  seed: 'JBSWY3DPEHPK3PXP',
  address: 'otpauth://totp/a?secret=A',
}
const secondFactor: SecondFactorPage = {
  page: 'second_factor',
  csrf: 'csrf-value',
  returnTo: '/profile',
  username: 'ada',
  hasTotp: true,
  hasRecoveryCodes: true,
  passkey: '{"challenge":"AA"}',
  offer: undefined,
  notice: undefined,
  retryAfter: undefined,
}
const accountForm: AccountFormPage = {
  page: 'account_form',
  form: 'forgot',
  csrf: 'csrf-value',
  notice: undefined,
  values: { ticket: 'ticket-value', username: 'ada', email: 'ada@x.example', expected: 'ada' },
  minimumPasswordLength: 12,
}
const DONE = [
  'reset_mailed',
  'password_reset',
  'sign_up_mailed',
  'signed_up',
  'email_confirmed',
  'link_spent',
  'disabled',
  'deleted',
  'form_expired',
] as const
const keysOf = (prefix: string) =>
  Object.keys(messages)
    .filter((key) => key.startsWith(prefix))
    .map((key) => key.slice(prefix.length))
const models: readonly PageModel[] = [
  login,
  { ...login, returnTo: undefined, clientName: undefined, username: '', isDev: false },
  { ...login, notice: 'invalid_credentials' },
  { ...login, notice: 'too_many_attempts', retryAfter: 90 },
  { ...login, notice: 'too_many_attempts' },
  { ...login, notice: 'expired' },
  { ...login, notice: 'login_required' },
  { ...login, notice: 'signed_out' },
  { ...login, notice: 'reauthenticate' },
  { ...login, signedInAs: 'ada' },
  consent,
  { ...consent, isVerified: false, mayRemember: false, scopes: [], notice: 'expired' },
  { ...consent, clientUri: undefined, policyUri: undefined, tosUri: undefined },
  { ...consent, isLoopbackRedirect: false, notice: 'already_decided' },
  error,
  { ...error, code: undefined, errorId: undefined, details: [], wayOn: undefined },
  profile,
  { ...profile, email: undefined, apps: [], sessionStartedAt: Number.POSITIVE_INFINITY },
  { ...profile, passkeys: [], totpSince: undefined, sessions: [], log: [], done: 'password' },
  { ...login, notice: 'passkey_refused', maySignUp: false, mayRecover: false },
  ...keysOf('done_').map((done): ProfilePage => ({ ...profile, done })),
  {
    ...profile,
    log: keysOf('log_').map((action) => ({ action, ip: undefined, at: 1_790_000_000 })),
  },
  secondFactor,
  { ...secondFactor, passkey: undefined, hasTotp: false, notice: 'invalid_code' },
  { ...secondFactor, hasRecoveryCodes: false, notice: 'too_many_attempts', retryAfter: 30 },
  { ...secondFactor, offer, notice: 'expired' },
  ...ACCOUNT_FORMS.flatMap((form): AccountFormPage[] => [
    { ...accountForm, form },
    { ...accountForm, form, notice: 'expired' },
  ]),
  { ...accountForm, form: 'password', notice: 'mismatch' },
  { ...accountForm, form: 'reset', notice: 'weak_password' },
  { ...accountForm, form: 'email', notice: 'invalid_email' },
  { ...accountForm, form: 'details', notice: 'invalid_details' },
  { ...accountForm, form: 'delete', notice: 'not_confirmed' },
  { ...accountForm, form: 'disable', notice: 'last_administrator' },
  ...DONE.map((notice): AccountDonePage => ({ page: 'account_done', notice })),
  { page: 'totp', csrf: 'csrf-value', offer, notice: undefined },
  { page: 'totp', csrf: 'csrf-value', offer, notice: 'invalid_code' },
  { page: 'passkey', csrf: 'csrf-value', question: '{"challenge":"AA"}', count: 1 },
  { page: 'recovery_codes', codes: ['abcd-efgh-jkmn-pqrs'], wayOn: '/profile' },
  { page: 'mailbox', mails: [] },
  {
    page: 'mailbox',
    mails: [
      {
        to: 'ada@x.example',
        subject: 'Hello',
        text: 'See:\nhttps://id.example/a',
        at: 1_790_000_000,
      },
    ],
  },
  setup,
  { ...setup, code: '', username: undefined },
  { ...setup, notice: 'invalid_code' },
  { ...setup, notice: 'weak_password' },
  { ...setup, notice: 'mismatch' },
  { ...setup, notice: 'expired' },
  { ...setup, notice: 'done' },
  { ...setup, notice: 'done', username: undefined },
  {
    page: 'form_post',
    action: 'https://calendar.example/callback?a=1',
    fields: [
      ['code', 'code-value'],
      ['state', 'state-value'],
    ],
  },
  { page: 'continue', href: 'com.example.calendar:/callback?code=1', clientName: 'Calendar' },
  message,
  { ...message, wayOn: undefined },
  { page: 'logout', csrf: 'csrf-value', request: 'a=1', username: 'ada', clientName: 'Calendar' },
  { page: 'logout', csrf: 'csrf-value', request: '', username: 'ada', clientName: undefined },
  {
    page: 'front_channel_logout',
    frames: ['https://calendar.example/logout?sid=1'],
    wayOn: 'https://calendar.example/bye',
    clientName: 'Calendar',
  },
  { page: 'front_channel_logout', frames: [], wayOn: undefined, clientName: undefined },
]

/** The text of every letter, for the words that are on no page. */
function letters(): readonly string[] {
  const writer = createLetterWriter()
  const link = 'https://id.example/'
  const topics = ['sign_up', 'sign_up_known', 'verify_email', 'reset_password'] as const
  const changes = [
    'password',
    'email_requested',
    'email',
    'totp_added',
    'totp_removed',
    'passkey_added',
    'passkey_removed',
    'recovery_codes',
    'recovery_code_used',
    'disabled',
    'deleted',
  ] as const
  const all = [
    ...topics.map((topic) => writer.write({ topic, username: 'ada', link })),
    ...changes.map((change) =>
      writer.write({ topic: 'account_changed', username: 'ada', change, at: 1_790_000_000, link }),
    ),
  ]
  return all.flatMap(({ subject, text }) => [subject, text])
}

function htmlOf(model: PageModel): string {
  return renderPage(model, { assets }).html
}

/** Names of the inputs and buttons that a form would send, in order. */
function fieldNames(html: string): readonly string[] {
  return [...html.matchAll(/<(?:input|button)[^>]* name="([^"]*)"/g)].map((match) => match[1] ?? '')
}

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

/** Every model that `value` becomes when one of the strings in it is replaced. */
function* poisoned(value: unknown, poison: string, key = ''): Generator<unknown> {
  if (typeof value === 'string') {
    // Not text: the union's tags.
    if (key !== 'page' && key !== 'notice' && key !== 'form') yield poison
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
      const { html } = renderPage(model, { assets })
      assert.match(html, /^<!doctype html>\n<html lang="en">/)
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

  test('an unknown locale is answered in English and says so', () => {
    for (const locale of ['xx', 'en-GB', '', '__proto__']) {
      assert.match(renderPage(login, { assets, locale }).html, /<html lang="en">/)
    }
  })
})

describe('the message catalogue', () => {
  test('has no empty text, and every fixed text is on some page', () => {
    const all = [...models.map(htmlOf), ...letters()].join('')
    for (const [name, text] of Object.entries(messages)) {
      if (typeof text !== 'string') continue
      assert.ok(text.trim() === text && text !== '', name)
      assert.ok(all.includes(text), `${name} is on no page`)
    }
  })
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

  test('stays text in every string of every model', () => {
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

describe('login', () => {
  test('posts its fields to /auth/login', () => {
    const html = htmlOf(login)
    assert.match(html, /<form method="post" action="\/auth\/login">/)
    assert.deepEqual(fieldNames(html), [
      'csrf',
      'return_to',
      'username',
      'password',
      'csrf',
      'return_to',
      'credential',
    ])
    assert.match(html, /name="return_to" value="\/oauth\/authorize\?client_id=a&amp;scope=openid"/)
    assert.match(html, /name="username" value="ada" autocomplete="username webauthn"/)
    assert.match(html, /name="password" autocomplete="current-password"/)
  })

  test('leaves return_to out when there is none', () => {
    const html = htmlOf({ ...login, returnTo: undefined })
    assert.deepEqual(fieldNames(html), ['csrf', 'username', 'password', 'csrf', 'credential'])
  })

  test('focuses the username only when it is empty', () => {
    assert.match(htmlOf({ ...login, username: '' }), /id="username"[^>]* autofocus/)
    assert.doesNotMatch(htmlOf(login), /id="username"[^>]* autofocus/)
  })

  test('lets who is signed in go on, and moves the focus of nobody', () => {
    const html = htmlOf({ ...login, signedInAs: 'ada' })
    assert.match(html, /href="\/oauth\/authorize\?client_id=a&amp;scope=openid">Continue as ada</)
    assert.deepEqual(fieldNames(html), fieldNames(htmlOf(login)))
    assert.doesNotMatch(html, / autofocus/)
  })

  test('says which app asked', () => {
    assert.ok(htmlOf(login).includes('to continue to Calendar'))
    assert.ok(!htmlOf({ ...login, clientName: undefined }).includes('to continue to'))
  })

  test('ties a refusal to both fields and does not say which was wrong', () => {
    const html = htmlOf({ ...login, notice: 'invalid_credentials' })
    assert.match(html, /id="notice" role="alert"/)
    assert.equal(html.match(/aria-describedby="notice" aria-invalid="true"/g)?.length, 2)
    assert.ok(html.includes(messages.loginInvalidCredentials))
  })

  test('says how long to wait', () => {
    const html = htmlOf({ ...login, notice: 'too_many_attempts', retryAfter: 90 })
    assert.ok(html.includes('Wait 2 minutes, then try again.'))
    assert.equal(
      messages.loginTooManyAttempts(1),
      'There were too many attempts. Wait 1 second, then try again.',
    )
  })
})

describe('consent', () => {
  test('posts its fields to /oauth/consent', () => {
    const html = htmlOf(consent)
    assert.match(html, /<form method="post" action="\/oauth\/consent">/)
    assert.deepEqual(fieldNames(html), ['csrf', 'request', 'remember', 'decision', 'decision'])
  })

  test('offers to remember only when it may', () => {
    assert.ok(!fieldNames(htmlOf({ ...consent, mayRemember: false })).includes('remember'))
  })

  test('an unverified app is marked, explained, and denied by the first button', () => {
    const html = htmlOf({ ...consent, isVerified: false })
    assert.ok(html.includes(messages.consentUnverified))
    assert.ok(html.includes(messages.consentUnverifiedWhy))
    assert.ok(html.indexOf('value="deny"') < html.indexOf('value="allow"'))
    assert.ok(!htmlOf(consent).includes(messages.consentUnverified))
  })

  test('shows who is signed in, where the answer goes, the scopes and how to take it back', () => {
    const html = htmlOf(consent)
    assert.ok(html.includes('<dd>ada</dd>'))
    assert.ok(html.includes('<strong>calendar.example</strong>'))
    assert.match(html, /See your name<\/span> <code class="token">profile<\/code>/)
    assert.ok(html.includes(messages.consentRevoke))
    assert.ok(html.includes(messages.consentLoopback))
  })

  test('links of the app open without opener and referrer', () => {
    const links = htmlOf(consent).match(/<a [^>]*>/g) ?? []
    assert.equal(links.length, 3)
    for (const link of links) assert.match(link, /rel="noopener noreferrer"/)
  })
})

describe('the other pages', () => {
  test('setup posts its fields to /setup', () => {
    const html = htmlOf(setup)
    assert.match(html, /<form method="post" action="\/setup">/)
    assert.deepEqual(fieldNames(html), ['csrf', 'code', 'password', 'password_again'])
    assert.equal(html.match(/autocomplete="new-password"/g)?.length, 2)
  })

  test('setup that is done has no form', () => {
    assert.doesNotMatch(htmlOf({ ...setup, notice: 'done' }), /<form/)
  })

  test('profile signs out at /auth/logout and links both discovery documents', () => {
    const html = htmlOf(profile)
    assert.match(
      html,
      /<form method="post" action="\/auth\/logout">\s*<input type="hidden" name="csrf" value="csrf-value">/,
    )
    assert.ok(html.includes('href="https://id.example/tenant/.well-known/openid-configuration"'))
    assert.ok(
      html.includes('href="https://id.example/.well-known/oauth-authorization-server/tenant"'),
    )
  })

  test('error shows its id, its details and a way on', () => {
    const html = htmlOf(error)
    assert.ok(html.includes('<code>err_42</code>'))
    assert.ok(html.includes('<code>https://calendar.example/callback</code>'))
    assert.match(html, /href="https:\/\/calendar\.example\/">Back to Calendar/)
  })

  test('form_post carries exactly the fields, a button, and the script that submits', () => {
    const action = 'https://calendar.example:8443/callback?a=1&b=2'
    const fields = [
      ['submit', 'x'],
      ['code', 'a"b'],
    ] as const
    const { html, csp } = renderPage({ page: 'form_post', action, fields }, { assets })
    assert.deepEqual(fieldNames(html), ['submit', 'code'])
    assert.ok(html.includes('value="a&quot;b"'))
    assert.ok(html.includes('action="https://calendar.example:8443/callback?a=1&amp;b=2"'))
    assert.match(html, /<button class="button primary" type="submit">Continue/)
    assert.ok(html.includes(assets.formPostScript))
    assert.deepEqual(csp.formAction, ['https:'])
  })

  test('continue refreshes and links without script', () => {
    const html = htmlOf({ page: 'continue', href: 'com.example.app:/cb?a=1&b=2', clientName: 'A' })
    assert.match(html, /http-equiv="refresh" content="0; url=com\.example\.app:\/cb\?a=1&amp;b=2"/)
    assert.match(html, /<a class="button primary" href="com\.example\.app:\/cb\?a=1&amp;b=2">/)
    assert.doesNotMatch(html, /<script/)
  })

  test('form-action is self for our forms and none without one', () => {
    const sourcesOf = (model: PageModel) => renderPage(model, { assets }).csp.formAction
    for (const model of [login, consent, profile, setup]) {
      assert.deepEqual(sourcesOf(model), ["'self'"])
    }
    for (const model of [error, message]) assert.deepEqual(sourcesOf(model), [])
  })
})
