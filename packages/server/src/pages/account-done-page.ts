import { type Page, type PageTools, POSTS_NOWHERE, wayOnLink } from './layout.ts'
import { html } from './markup.ts'
import type { Messages } from './messages.ts'
import type { AccountDonePage } from './model.ts'
import { safeUrl } from './safe-url.ts'

/** One thing that was done, or could not be, and a way on. */
export function accountDonePage(model: AccountDonePage, { messages }: PageTools): Page {
  const { title, text, href, label } = words(model, messages)
  const content = html`<h1>${title}</h1>
<p class="lead">${text}</p>
${wayOnLink(safeUrl(model.wayOn, 'link') ?? href, label)}`
  return { title, content, formAction: POSTS_NOWHERE }
}

function words({ notice }: AccountDonePage, m: Messages) {
  const signIn = { href: '/auth/login', label: m.loginTitle }
  const goOn = { href: '/profile', label: m.doneGoOn }
  switch (notice) {
    case 'reset_mailed':
      return { title: m.doneResetMailedTitle, text: m.doneResetMailed, ...signIn }
    case 'password_reset':
      return { title: m.donePasswordResetTitle, text: m.donePasswordReset, ...signIn }
    case 'sign_up_mailed':
      return { title: m.doneSignUpMailedTitle, text: m.doneSignUpMailed, ...signIn }
    case 'signed_up':
      return { title: m.doneSignedUpTitle, text: m.doneSignedUp, ...signIn }
    case 'email_confirmed':
      return { title: m.doneEmailTitle, text: m.doneEmail, ...goOn }
    case 'link_spent':
      return { title: m.doneLinkTitle, text: m.doneLink, ...signIn }
    case 'disabled':
      return { title: m.doneDisabledTitle, text: m.doneDisabled, ...signIn }
    case 'deleted':
      return { title: m.doneDeletedTitle, text: m.doneDeleted, ...signIn }
    case 'form_expired':
      return { title: m.doneExpiredTitle, text: m.doneExpired, ...goOn }
  }
}
