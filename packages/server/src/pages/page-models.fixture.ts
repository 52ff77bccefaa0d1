// One model of every page and of each thing that it can say; and how tests look at what is drawn.

import { loadBrand } from '../branding/brand.ts'
import { ACCOUNT_FORMS } from './account-form-page.ts'
import { loadAssets } from './assets.ts'
import { messagesFor } from './messages.ts'
import type {
  AccountDonePage,
  AccountFormPage,
  ConsentPage,
  ErrorPage,
  LinkedLoginsPage,
  LoginPage,
  MessagePage,
  PageModel,
  ProfilePage,
  SecondFactorPage,
  SetupPage,
  UpstreamPage,
} from './model.ts'
import { renderPage } from './render.ts'

export const assets = loadAssets().urls
export const brand = loadBrand({
  branding: { name: 'grantd', contrast: 'AA', light: {}, dark: {} },
})
export const messages = messagesFor('en')

export const login: LoginPage = {
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
  providers: [
    { label: 'Google', href: '/auth/login/google?return_to=%2Fprofile' },
    { label: 'Our <staff>', href: '/auth/login/oidc?return_to=%2Fprofile' },
  ],
}
export const upstream: UpstreamPage = {
  page: 'upstream',
  problem: 'address_taken',
  provider: 'Google',
  email: 'ada@x.example',
  code: 'access_denied',
  errorId: 'err_42',
  wayBack: '/auth/login?return_to=%2Fprofile',
}
export const UPSTREAM_PROBLEMS = [
  'denied',
  'mixed_up',
  'exchange_refused',
  'not_believed',
  'not_fresh',
  'unavailable',
  'not_configured',
  'too_long',
  'foreign',
  'other_provider',
  'expired',
  'refused',
  'no_account',
  'link_refused',
  'link_taken',
] as const
export const consent: ConsentPage = {
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
  scopes: ['profile', 'calendar.read'],
  mayRemember: true,
  request: 'request-value',
  notice: undefined,
}
export const error: ErrorPage = {
  page: 'error',
  reason: 'redirect_unknown',
  explanation: 'the redirect address is not one of its own',
  code: 'invalid_request',
  errorId: 'err_42',
  details: [
    { label: 'redirect_received', value: 'https://calendar.example/callback' },
    { label: 'redirect_registered', value: 'https://calendar.example/other' },
  ],
  hasWayOn: true,
}
export const profile: ProfilePage = {
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
  linkedLogins: [
    {
      id: 'idn_1',
      provider: 'Example',
      account: 'ada@elsewhere.example',
      linkedAt: 1_790_000_000,
      lastUsedAt: 1_790_000_000,
    },
  ],
  hasLogins: true,
  hasPassword: true,
  totpSince: 1_790_000_000,
  recoveryCodesLeft: 9,
  log: [{ action: 'session.started', ip: '192.0.2.1', at: 1_790_000_000 }],
  issuer: 'https://id.example/tenant',
}
const linkedLogins: LinkedLoginsPage = {
  page: 'linked_logins',
  csrf: 'csrf-value',
  logins: profile.linkedLogins,
  onlyWayIn: undefined,
  linkable: [{ id: 'example', label: 'Example' }],
  linkCsrf: 'csrf-link',
}
export const setup: SetupPage = {
  page: 'setup',
  csrf: 'csrf-value',
  code: 'code-value',
  notice: undefined,
  username: 'admin',
  minimumPasswordLength: 12,
}
export const message: MessagePage = {
  page: 'message',
  notice: 'signed_out',
  host: 'id.example',
}
export const offer = {
  sealed: 'sealed-seed',
  seed: 'JBSWY3DPEHPK3PXP',
  address: 'otpauth://totp/a?secret=A',
}
export const secondFactor: SecondFactorPage = {
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
export const accountForm: AccountFormPage = {
  page: 'account_form',
  form: 'forgot',
  csrf: 'csrf-value',
  notice: undefined,
  providers: [{ label: 'Google', href: '/auth/login/google' }],
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
const NOTICES = ['still_signed_in', 'sign_out_expired', 'not_found'] as const
const REASONS = [
  'refused',
  'failed',
  'busy',
  'too_many',
  'parameter_repeated',
  'client_missing',
  'client_unknown',
  'redirect_missing',
  'redirect_unknown_native',
  'request_object',
] as const
const keysOf = (prefix: string) =>
  Object.keys(messages)
    .filter((key) => key.startsWith(prefix))
    .map((key) => key.slice(prefix.length))
export const models: readonly PageModel[] = [
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
  upstream,
  ...UPSTREAM_PROBLEMS.map((problem): UpstreamPage => ({ ...upstream, problem })),
  { ...login, providers: [] },
  consent,
  { ...consent, isVerified: false, mayRemember: false, scopes: [], notice: 'expired' },
  { ...consent, clientUri: undefined, policyUri: undefined, tosUri: undefined },
  { ...consent, isLoopbackRedirect: false, notice: 'already_decided' },
  error,
  {
    ...error,
    code: undefined,
    errorId: undefined,
    details: [],
    explanation: undefined,
    hasWayOn: false,
  },
  profile,
  { ...profile, email: undefined, apps: [], sessionStartedAt: Number.POSITIVE_INFINITY },
  { ...profile, linkedLogins: [], hasPassword: false },
  {
    ...profile,
    passkeys: [],
    linkedLogins: [],
    hasLogins: false,
    totpSince: undefined,
    sessions: [],
    log: [],
    done: 'password',
  },
  { ...login, notice: 'passkey_refused', maySignUp: false, mayRecover: false },
  ...keysOf('done_').map((done): ProfilePage => ({ ...profile, done })),
  { ...profile, role: 'user', isEmailVerified: true },
  { ...consent, scopes: keysOf('scope_') },
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
  linkedLogins,
  { ...linkedLogins, onlyWayIn: 'idn_1', linkable: [] },
  { ...linkedLogins, logins: [] },
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
  ...NOTICES.map((notice): MessagePage => ({ page: 'message', notice })),
  ...REASONS.map((reason): ErrorPage => ({ ...error, reason, parameter: 'state' })),
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

/** Without the language chooser. */
export function htmlOf(model: PageModel, locale = 'en'): string {
  return renderPage(model, { assets, brand, locale }).html
}

/** Names of the inputs and buttons that a form would send, in order. */
export function fieldNames(html: string): readonly string[] {
  return [...html.matchAll(/<(?:input|button)[^>]* name="([^"]*)"/g)].map((match) => match[1] ?? '')
}
