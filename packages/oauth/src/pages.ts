import type { AcceptedPasskeys, UpstreamFailure } from '@grantd/domain'
import type {
  AccountDonePage,
  AccountFormPage,
  AccountForms,
  LinkedLogin,
  LinkedLoginsPage,
  PasskeyPage,
  RecoveryCodesPage,
  SecondFactorPage,
  TotpPage,
} from './account-pages.ts'
import type { FormGuard, ProviderLink } from './page-form.ts'

/** The models of the pages; server/pages draws each. Text in them is plain and escaped there. */
export type PageModel =
  | LoginPage
  | ConsentPage
  | ErrorPage
  | ProfilePage
  | SetupPage
  | FormPostPage
  | ContinuePage
  | MessagePage
  | LogoutPage
  | FrontChannelLogoutPage
  | SecondFactorPage
  | AccountFormPage
  | AccountDonePage
  | TotpPage
  | PasskeyPage
  | RecoveryCodesPage
  | LinkedLoginsPage
  | MailboxPage
  | UpstreamPage

/** Colours as `#rrggbb`, for the light and the dark theme. */
export interface Accent {
  readonly light: string | undefined
  readonly dark: string | undefined
}

export interface LoginPage extends FormGuard {
  readonly page: 'login'
  /** Hidden field `return_to`: a local path to go on with after sign-in. */
  readonly returnTo: string | undefined
  readonly username: string
  /** Somebody is signed in already: offer to go on as they are. */
  readonly signedInAs: string | undefined
  readonly clientName: string | undefined
  /** Local path of the client's logo, and its own pages (OIDC Registration §2). */
  readonly logo?: string | undefined
  /** The client's own colours, where an operator gave it some. */
  readonly accent?: Accent | undefined
  readonly policyUri?: string | undefined
  readonly tosUri?: string | undefined
  readonly notice:
    | 'invalid_credentials'
    | 'too_many_attempts'
    | 'expired'
    | 'login_required'
    | 'signed_out'
    | 'reauthenticate'
    | 'passkey_refused'
    | undefined
  /** Whole seconds until another attempt is evaluated, with `too_many_attempts`. */
  readonly retryAfter: number | undefined
  readonly isDev: boolean
  readonly maySignUp: boolean
  /** Whether mail can be sent, so that a forgotten password is no dead end. */
  readonly mayRecover: boolean
  /** Other providers to sign in with. */
  readonly providers: readonly ProviderLink[]
}

/** A sign-in through another provider that came to nothing. */
export interface UpstreamPage {
  readonly page: 'upstream'
  readonly problem:
    | UpstreamFailure
    | 'not_configured'
    | 'too_long'
    | 'foreign'
    | 'other_provider'
    | 'expired'
    | 'refused'
    | 'no_account'
    | 'address_taken'
    | 'link_refused'
    | 'link_taken'
  readonly provider: string
  /** The address that the provider named, with `address_taken`. */
  readonly email: string | undefined
  readonly code: string
  readonly errorId: string
  /** A local path. */
  readonly wayBack: string
}

export interface ConsentPage extends FormGuard {
  readonly page: 'consent'
  readonly clientName: string
  /** False for clients that registered themselves: shown as unverified, and never remembered. */
  readonly isVerified: boolean
  readonly logo?: string | undefined
  /** The client's own colours, where an operator gave it some. */
  readonly accent?: Accent | undefined
  readonly clientUri: string | undefined
  readonly policyUri: string | undefined
  readonly tosUri: string | undefined
  /** Host (or scheme) that the browser will be sent to. */
  readonly redirectTarget: string
  readonly isLoopbackRedirect: boolean
  readonly username: string
  readonly scopes: readonly string[]
  readonly mayRemember: boolean
  /** Hidden field `request`: the authorization request, to be validated again. */
  readonly request: string
  readonly notice: 'expired' | 'already_decided' | undefined
}

/** Why a request comes to nothing; the page has the words. */
export type ErrorReason =
  /** Anything else that a caller did. */
  | 'refused'
  | 'failed'
  | 'busy'
  /** More requests than this network may send. */
  | 'too_many'
  /** Judged before anything can be sent to the app: `parameter_repeated` names it in `parameter`. */
  | 'parameter_repeated'
  | 'client_missing'
  | 'client_unknown'
  | 'redirect_missing'
  | 'redirect_unknown'
  | 'redirect_unknown_native'
  | 'request_object'

export interface ErrorPage {
  readonly page: 'error'
  readonly reason: ErrorReason
  readonly parameter?: string | undefined
  /** What exactly was wrong, in the words for developers: English, or whatever a link says. */
  readonly explanation: string | undefined
  readonly code: string | undefined
  /** Ties what the person sees to the log line. */
  readonly errorId: string | undefined
  /** Only in dev: received against registered values. */
  readonly details: readonly ErrorDetail[]
  readonly hasWayOn: boolean
  readonly startAgain?: WayBack | undefined
}

/** Where an app begins a sign-in by itself. */
export interface WayBack {
  readonly href: string
  readonly clientName: string
}

export interface ErrorDetail {
  readonly label: 'redirect_received' | 'redirect_registered'
  readonly value: string
}

export interface ProfilePage extends FormGuard {
  readonly page: 'profile'
  readonly username: string
  readonly email: string | undefined
  readonly isEmailVerified: boolean
  readonly role: string
  readonly userId: string
  readonly sessionStartedAt: number
  /** The form token of each form on the page. */
  readonly forms: AccountForms
  /** What was done just now, for one sentence at the top. */
  readonly done: string | undefined
  readonly sessions: readonly {
    readonly id: string
    readonly isThis: boolean
    readonly browser: string | undefined
    readonly system: string | undefined
    readonly ip: string | undefined
    readonly startedAt: number
    readonly lastSeenAt: number
  }[]
  readonly apps: readonly {
    readonly clientId: string
    readonly clientName: string
    /** Where the app begins a sign-in; absent when it has no such address. */
    readonly openUri: string | undefined
    readonly scope: string
    readonly since: number
    readonly lastUsedAt: number
  }[]
  /** For the password managers of this device, when a passkey was removed just now. */
  readonly accepted: AcceptedPasskeys | undefined
  readonly passkeys: readonly {
    readonly id: string
    readonly name: string
    readonly createdAt: number
    readonly lastUsedAt: number | undefined
    readonly isBackedUp: boolean
  }[]
  readonly linkedLogins: readonly LinkedLogin[]
  /** Whether there is something to add or remove on the page of linked logins. */
  readonly hasLogins: boolean
  readonly hasPassword: boolean
  /** When the authenticator app was added; absent without one. */
  readonly totpSince: number | undefined
  readonly recoveryCodesLeft: number
  readonly log: readonly {
    readonly action: string
    readonly ip: string | undefined
    readonly at: number
  }[]
  readonly issuer: string
}

export interface SetupPage extends FormGuard {
  readonly page: 'setup'
  /** Pre-filled code when a failed attempt is shown again. */
  readonly code: string
  readonly notice: 'invalid_code' | 'weak_password' | 'mismatch' | 'expired' | 'done' | undefined
  readonly username: string | undefined
  readonly minimumPasswordLength: number
}

/** response_mode=form_post (OAuth 2.0 Form Post Response Mode): posts itself, with a button without script. */
export interface FormPostPage {
  readonly page: 'form_post'
  readonly action: string
  readonly fields: readonly (readonly [string, string])[]
}

/** Leads on by itself and by a visible link: Chromium applies form-action to redirects after a submit. */
export interface ContinuePage {
  readonly page: 'continue'
  readonly href: string
  readonly clientName: string
}

/** Asks whether to sign out, when nothing proves that the client may say so. */
export interface LogoutPage extends FormGuard {
  readonly page: 'logout'
  /** Hidden field `request`: the logout request, to be read again. */
  readonly request: string
  readonly username: string
  readonly clientName: string | undefined
}

/** Opens the clients' logout addresses in hidden frames, then goes on. */
export interface FrontChannelLogoutPage {
  readonly page: 'front_channel_logout'
  readonly frames: readonly string[]
  readonly wayOn: string | undefined
  readonly clientName: string | undefined
}

/** One thing to say and somewhere to go. */
export interface MessagePage {
  readonly page: 'message'
  readonly notice: 'signed_out' | 'still_signed_in' | 'sign_out_expired' | 'not_found'
  /** Where the session was. */
  readonly host?: string
  readonly startAgain?: WayBack | undefined
}

/** What `grantd dev` would have mailed, newest first. */
export interface MailboxPage {
  readonly page: 'mailbox'
  readonly mails: readonly {
    readonly to: string
    readonly subject: string
    readonly text: string
    readonly at: number
  }[]
}
