import type { UpstreamProvider } from '@grantd/domain'
import type { FormGuard, ProviderLink } from './page-form.ts'

// The models of the account console's pages and of second factors; see pages.ts.

/** Form tokens of the account console, each for one form. */
export interface AccountForms {
  readonly endSession: string
  readonly endOthers: string
  readonly revokeApp: string
  readonly verifyEmail: string
  readonly renamePasskey: string
  readonly removePasskey: string
  readonly removeTotp: string
  readonly recoveryCodes: string
  readonly export: string
}

/** A new authenticator app: the seed as text and as an address to draw. */
export interface SeedOffer {
  /** Hidden field `seed`. */
  readonly sealed: string
  readonly seed: string
  readonly address: string
}

/** Posts `csrf`, `return_to` and `code` or `credential` to /auth/second-factor. */
export interface SecondFactorPage extends FormGuard {
  readonly page: 'second_factor'
  readonly returnTo: string | undefined
  readonly username: string
  readonly hasTotp: boolean
  readonly hasRecoveryCodes: boolean
  /** What to ask the browser for, as JSON; absent without a passkey. */
  readonly passkey: string | undefined
  /** Present when the account has to set one up before it goes on. */
  readonly offer: SeedOffer | undefined
  readonly notice: 'invalid_code' | 'too_many_attempts' | 'expired' | undefined
  readonly retryAfter: number | undefined
}

export type AccountForm =
  | 'forgot'
  | 'reset'
  | 'sign_up'
  | 'sign_up_finish'
  | 'email_proof'
  | 'password'
  | 'first_password'
  | 'email'
  | 'details'
  | 'disable'
  | 'delete'

/** A page with one form; which fields it has follows from `form`. */
export interface AccountFormPage extends FormGuard {
  readonly page: 'account_form'
  readonly form: AccountForm
  readonly notice:
    | 'expired'
    | 'mismatch'
    | 'weak_password'
    | 'invalid_email'
    | 'invalid_details'
    | 'not_confirmed'
    | 'last_administrator'
    | undefined
  /** By the names of the fields; `refused` names the field that the notice is about. */
  readonly values: Readonly<Record<string, string>>
  readonly minimumPasswordLength: number
  /** Other providers whose first sign-in makes an account, beside the form `sign_up`. */
  readonly providers: readonly ProviderLink[]
}

/** One sentence after something was done, or could not be. */
export interface AccountDonePage {
  readonly page: 'account_done'
  readonly notice:
    | 'reset_mailed'
    | 'password_reset'
    | 'sign_up_mailed'
    | 'signed_up'
    | 'email_confirmed'
    | 'link_spent'
    | 'disabled'
    | 'deleted'
    | 'form_expired'
  readonly wayOn?: string
}

/** A new authenticator app; posts `csrf`, `seed`, `code` to /profile/totp. */
export interface TotpPage extends FormGuard {
  readonly page: 'totp'
  readonly offer: SeedOffer
  readonly notice: 'invalid_code' | 'too_many_attempts' | 'expired' | undefined
}

/** A new passkey; posts `csrf`, `credential`, `name` to /profile/passkeys. */
export interface PasskeyPage extends FormGuard {
  readonly page: 'passkey'
  /** What to ask the browser for, as JSON. */
  readonly question: string
  readonly count: number
}

/** An account elsewhere that somebody signs in with here. */
export interface LinkedLogin {
  readonly id: string
  /** What its provider is called. */
  readonly provider: string
  /** Address or name there, as the provider told it last. */
  readonly account: string | undefined
  readonly linkedAt: number
  readonly lastUsedAt: number | undefined
}

/**
 * Posts `csrf` and `login` to /profile/logins/remove, `csrf` (of `linkCsrf`) and `provider` to
 * /profile/logins/link.
 */
export interface LinkedLoginsPage extends FormGuard {
  readonly page: 'linked_logins'
  readonly logins: readonly LinkedLogin[]
  /** The one that works cannot be removed: nothing else signs its owner in. */
  readonly onlyWayIn: string | undefined
  readonly linkable: readonly UpstreamProvider[]
  readonly linkCsrf: string
}

/** Shown once. */
export interface RecoveryCodesPage {
  readonly page: 'recovery_codes'
  readonly codes: readonly string[]
  readonly wayOn: string
}
