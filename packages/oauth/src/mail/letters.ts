import type { MailMessage } from '@grantd/domain'

/** What is written to people. The server has the words; here is only what they are about. */
export type Letter =
  | { readonly topic: 'sign_up'; readonly link: string }
  | { readonly topic: 'sign_up_known'; readonly link: string }
  | { readonly topic: 'verify_email'; readonly username: string; readonly link: string }
  | { readonly topic: 'change_email'; readonly username: string; readonly link: string }
  | { readonly topic: 'reset_password'; readonly username: string; readonly link: string }
  | {
      readonly topic: 'account_changed'
      readonly username: string
      readonly change: AccountChange
      readonly at: number
      readonly link: string
    }

/** Changes that the owner of an account hears of, because somebody else may have made them. */
export type AccountChange =
  | 'password'
  | 'email_requested'
  | 'email'
  | 'totp_added'
  | 'totp_removed'
  | 'passkey_added'
  | 'passkey_removed'
  | 'identity_linked'
  | 'identity_unlinked'
  | 'recovery_codes'
  | 'recovery_code_used'
  | 'disabled'
  | 'deleted'

/** Turns a letter into a message in a language of `settings.uiLocales`; its parts say the same. */
export interface LetterWriter {
  write(letter: Letter, language: string): Omit<MailMessage, 'to'>
}
