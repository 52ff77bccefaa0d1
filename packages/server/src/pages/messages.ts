import { ACCOUNT_ENGLISH } from './messages-account.ts'

// Every word the pages say. Another language is another object of type `Messages` in CATALOGUES.

function duration(seconds: number): string {
  if (seconds < 60) return seconds === 1 ? '1 second' : `${seconds} seconds`
  const minutes = Math.ceil(seconds / 60)
  return minutes === 1 ? '1 minute' : `${minutes} minutes`
}

const dates = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' })
const times = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'long',
  timeStyle: 'short',
  timeZone: 'UTC',
})

const ENGLISH = {
  lang: 'en',
  productName: 'grantd',
  title: (page: string) => `${page} · grantd`,
  date: (at: Date) => dates.format(at),
  time: (at: Date) => `${times.format(at)} UTC`,

  loginTitle: 'Sign in',
  loginFor: (client: string) => `to continue to ${client}`,
  loginUsername: 'Username',
  loginPassword: 'Password',
  loginSubmit: 'Sign in',
  loginDev: 'Development server. No account yet? Look in the terminal where it was started.',
  loginInvalidCredentials:
    'That username and password do not match an account. Check both and try again.',
  loginTooManyAttempts: (seconds: number | undefined) =>
    seconds === undefined
      ? 'There were too many attempts. Wait a few minutes, then try again.'
      : `There were too many attempts. Wait ${duration(seconds)}, then try again.`,
  loginExpired: 'This page had expired. Nothing was lost: sign in to continue.',
  loginRequired: 'Sign in to continue.',
  loginSignedOut: 'You are signed out. Sign in again whenever you like.',
  loginSignedInAs: (name: string) => `You are signed in as ${name}.`,
  loginContinueAs: (name: string) => `Continue as ${name}`,
  loginOther: 'Or sign in with another account:',
  loginReauthenticate: 'To go on, confirm that it is you: sign in once more.',
  showPassword: 'Show password',
  hidePassword: 'Hide password',

  consentTitle: (client: string) => `Allow ${client} to use your account?`,
  consentExpired: 'This page had expired. Nothing was shared: please decide again.',
  consentAlreadyDecided:
    'This request was already answered. Go back to the app; if it asks again, decide here.',
  consentUnverified: 'Unverified app',
  consentUnverifiedWhy:
    'This app registered itself and nobody has checked who runs it. Allow it only if you started this yourself and know the address below.',
  consentLoopback:
    'The answer goes to an app on this device. Allow it only if you just started that app yourself.',
  consentSignedInAs: 'Signed in as',
  consentSentTo: 'You will be sent to',
  consentAppSite: 'App website',
  consentScopes: 'It will be able to',
  consentNoScopes: 'Know that you have an account here, and nothing else.',
  consentRemember: 'Do not ask again for this app and these permissions',
  consentAllow: 'Allow',
  consentDeny: 'Deny',
  consentRevoke:
    'You can take this back later: your account page lists the apps with access, and the administrator of this server can remove any of them.',
  consentPolicy: (client: string) => `Privacy policy of ${client}`,
  consentTos: (client: string) => `Terms of ${client}`,

  errorId: 'Error id',
  errorCode: 'Code',
  errorWhatToDo:
    'Go back to the app and start again. If it happens again, give the administrator the error id below.',
  errorWhatToDoWithoutId:
    'Go back to the app and start again. If it happens again, tell the administrator what you were doing.',
  errorDetails: 'Details for developers',

  profileTitle: 'Your account',
  profileUsername: 'Username',
  profileEmail: 'Email',
  profileNoEmail: 'None',
  profileRole: 'Role',
  profileUserId: 'User id',
  profileSession: 'Signed in since',
  profileApps: 'Apps with access',
  profileNoApps: 'No app has access to your account.',
  profileApp: 'App',
  profileScope: 'Permissions',
  profileSince: 'Since',
  profileSignOut: 'Sign out',
  profileDiscovery: 'For developers',
  profileOpenId: 'OpenID Connect discovery',
  profileOAuth: 'OAuth server metadata',

  setupTitle: 'Set up this server',
  setupIntro:
    'Enter the one-time code that the server printed, then choose a password for the administrator.',
  setupCode: 'One-time code',
  setupCodeHelp: 'It is in the terminal or log of the server, and works once.',
  setupUsername: 'Administrator',
  setupPassword: 'New password',
  setupPasswordHelp: (length: number) =>
    `At least ${length} characters. A few unrelated words are easy to remember and hard to guess.`,
  setupPasswordAgain: 'New password again',
  setupSubmit: 'Create administrator',
  setupInvalidCode:
    'That code is wrong, was used or has expired. Copy it again, or print a new one on the server.',
  setupWeakPassword: (length: number) =>
    `That password is too easy to guess. Choose another with at least ${length} characters.`,
  setupMismatch: 'The two passwords differ. Type the same one twice.',
  setupExpired: 'This page had expired. Nothing was lost: enter the code and password again.',
  setupDoneTitle: 'This server is set up',
  setupDone: (username: string | undefined) =>
    username === undefined
      ? 'The administrator has a password now. The code cannot be used again.'
      : `${username} has a password now. The code cannot be used again.`,
  setupSignIn: 'Sign in',

  formPostTitle: 'Returning to the app',
  formPostText: (host: string) =>
    `Your browser is taking the answer to ${host}. If nothing happens, press the button.`,
  formPostSubmit: 'Continue',

  logoutTitle: 'Sign out?',
  logoutSignedInAs: (username: string) => `You are signed in as ${username}.`,
  logoutAskedBy: (client: string) => `${client} asks to sign you out here, too.`,
  logoutYes: 'Sign out',
  logoutNo: 'Stay signed in',
  logoutDoneTitle: 'You are signed out',
  logoutFrontChannel: 'The apps that you used are being told.',
  logoutFrame: 'Sign-out of an app',

  continueTitle: (client: string) => `Returning to ${client}`,
  continueText: 'If nothing happens, use the link. You can close this page afterwards.',
  continueLink: (client: string) => `Continue to ${client}`,

  ...ACCOUNT_ENGLISH,
} as const

type Widened<T> = T extends string ? string : T

/** The catalogue's shape: one entry per text, functions where a text has parts. */
export type Messages = { readonly [K in keyof typeof ENGLISH]: Widened<(typeof ENGLISH)[K]> }

const CATALOGUES: ReadonlyMap<string, Messages> = new Map([['en', ENGLISH]])

/** The catalogue for a BCP 47 tag by its language, or English. */
export function messagesFor(locale: string | undefined): Messages {
  const language = locale?.split('-')[0]?.toLowerCase() ?? 'en'
  return CATALOGUES.get(language) ?? ENGLISH
}
