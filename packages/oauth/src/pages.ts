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

/** Proof that a form came from our page in this browser; a hidden field named `csrf`. */
export interface FormGuard {
  readonly csrf: string
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
  readonly policyUri?: string | undefined
  readonly tosUri?: string | undefined
  readonly notice:
    | 'invalid_credentials'
    | 'too_many_attempts'
    | 'expired'
    | 'login_required'
    | 'signed_out'
    | 'reauthenticate'
    | undefined
  /** Whole seconds until another attempt is evaluated, with `too_many_attempts`. */
  readonly retryAfter: number | undefined
  readonly isDev: boolean
}

export interface ConsentPage extends FormGuard {
  readonly page: 'consent'
  readonly clientName: string
  /** False for clients that registered themselves: shown as unverified, and never remembered. */
  readonly isVerified: boolean
  readonly logo?: string | undefined
  readonly clientUri: string | undefined
  readonly policyUri: string | undefined
  readonly tosUri: string | undefined
  /** Host (or scheme) that the browser will be sent to. */
  readonly redirectTarget: string
  readonly isLoopbackRedirect: boolean
  readonly username: string
  readonly scopes: readonly { readonly token: string; readonly description: string }[]
  readonly mayRemember: boolean
  /** Hidden field `request`: the authorization request, to be validated again. */
  readonly request: string
  readonly notice: 'expired' | 'already_decided' | undefined
}

export interface ErrorPage {
  readonly page: 'error'
  readonly title: string
  readonly message: string
  readonly code: string | undefined
  /** Ties what the person sees to the log line. */
  readonly errorId: string | undefined
  /** Only in dev: received against registered values and what to do. */
  readonly details: readonly { readonly label: string; readonly value: string }[]
  readonly wayOn: { readonly href: string; readonly label: string } | undefined
}

export interface ProfilePage extends FormGuard {
  readonly page: 'profile'
  readonly username: string
  readonly email: string | undefined
  readonly role: string
  readonly userId: string
  readonly sessionStartedAt: number
  readonly apps: readonly {
    readonly clientName: string
    readonly scope: string
    readonly since: number
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

export interface MessagePage {
  readonly page: 'message'
  readonly title: string
  readonly message: string
  readonly wayOn: { readonly href: string; readonly label: string } | undefined
}
