// One model of every page that has many.
import type {
  AccountFormPage,
  ConsentPage,
  ErrorPage,
  LinkedLoginsPage,
  LoginPage,
  MessagePage,
  ProfilePage,
  SecondFactorPage,
  SetupPage,
  UpstreamPage,
} from './model.ts'

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
  accepted: undefined,
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
export const linkedLogins: LinkedLoginsPage = {
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
