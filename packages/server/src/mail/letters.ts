import type { MailMessage } from '@grantd/domain'
import type { AccountChange, Letter, LetterWriter } from '@grantd/oauth'
import type { Texts } from '../branding/texts.ts'
import { html } from '../pages/markup.ts'
import type { Messages } from '../pages/messages.ts'

interface Draft {
  readonly subject: string
  readonly paragraphs: readonly string[]
  readonly link: { readonly href: string; readonly label: string }
}

/** Letters as plain text and as HTML of the same words; no images, nothing from elsewhere. */
export function createLetterWriter(texts: Texts): LetterWriter {
  return {
    write(letter, language) {
      const messages = texts(language)
      return finished(draftOf(letter, messages), messages)
    },
  }
}

function draftOf(letter: Letter, messages: Messages): Draft {
  switch (letter.topic) {
    case 'sign_up':
      return {
        subject: messages.mailSignUpSubject,
        paragraphs: [messages.mailSignUp, messages.mailLinkLife, messages.mailNotYou],
        link: { href: letter.link, label: messages.mailSignUpLink },
      }
    case 'sign_up_known':
      return {
        subject: messages.mailSignUpSubject,
        paragraphs: [messages.mailSignUpKnown, messages.mailNotYou],
        link: { href: letter.link, label: messages.mailSignInLink },
      }
    case 'verify_email':
    case 'change_email':
      return {
        subject: messages.mailEmailSubject,
        paragraphs: [
          messages.mailEmail(letter.username),
          messages.mailLinkLife,
          messages.mailNotYou,
        ],
        link: { href: letter.link, label: messages.mailEmailLink },
      }
    case 'reset_password':
      return {
        subject: messages.mailResetSubject,
        paragraphs: [
          messages.mailReset(letter.username),
          messages.mailLinkLife,
          messages.mailNotYou,
        ],
        link: { href: letter.link, label: messages.mailResetLink },
      }
    case 'account_changed': {
      const when = messages.time(new Date(letter.at * 1_000))
      return {
        subject: messages.mailChangedSubject,
        paragraphs: [
          messages.mailChanged(letter.username, changeText(letter.change, messages), when),
          messages.mailChangedNotYou,
        ],
        link: { href: letter.link, label: messages.mailAccountLink },
      }
    }
  }
}

function changeText(change: AccountChange, messages: Messages): string {
  const texts: Readonly<Record<AccountChange, string>> = {
    password: messages.changePassword,
    email_requested: messages.changeEmailRequested,
    email: messages.changeEmail,
    totp_added: messages.changeTotpAdded,
    totp_removed: messages.changeTotpRemoved,
    passkey_added: messages.changePasskeyAdded,
    passkey_removed: messages.changePasskeyRemoved,
    identity_linked: messages.changeIdentityLinked,
    identity_unlinked: messages.changeIdentityUnlinked,
    recovery_codes: messages.changeRecoveryCodes,
    recovery_code_used: messages.changeRecoveryCodeUsed,
    disabled: messages.changeDisabled,
    deleted: messages.changeDeleted,
  }
  return texts[change]
}

function finished(
  { subject, paragraphs, link }: Draft,
  { lang, dir }: Messages,
): Omit<MailMessage, 'to'> {
  const [first = '', ...others] = paragraphs
  const text = [first, `${link.label}:\n${link.href}`, ...others].join('\n\n')
  const body = html`<!doctype html><html lang="${lang}" dir="${dir}"><head><meta charset="utf-8"><title>${subject}</title></head><body>
<p>${first}</p>
<p><a href="${link.href}">${link.label}</a></p>
${others.map((paragraph) => html`<p>${paragraph}</p>\n`)}</body></html>
`
  return { subject, text: `${text}\n`, html: String(body) }
}
