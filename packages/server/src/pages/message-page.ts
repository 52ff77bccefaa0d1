import { type Page, type PageTools, POSTS_NOWHERE, startAgainLink, wayOnLink } from './layout.ts'
import { html } from './markup.ts'
import type { Messages } from './messages.ts'
import type { MessagePage } from './model.ts'

/** One thing to say and somewhere to go. */
export function messagePage(model: MessagePage, { messages }: PageTools): Page {
  const { title, text, href, label } = words(model, messages)
  const content = html`<h1>${title}</h1>
<p class="lead">${text}</p>
${startAgainLink(model.startAgain, messages) ?? wayOnLink(href, label)}`
  return { title, content, formAction: POSTS_NOWHERE }
}

function words({ notice, host = '' }: MessagePage, m: Messages) {
  const toAccount = { href: '/profile', label: m.goToAccount }
  switch (notice) {
    case 'signed_out': {
      const again = { href: '/auth/login', label: m.logoutDoneAgain }
      return { title: m.logoutDoneTitle, text: m.logoutDone(host), ...again }
    }
    case 'still_signed_in':
      return { title: m.logoutStayedTitle, text: m.logoutStayed, ...toAccount }
    case 'sign_out_expired':
      return { title: m.logoutExpiredTitle, text: m.logoutExpired, ...toAccount }
    case 'not_found':
      return { title: m.notFoundTitle, text: m.notFound, ...toAccount }
  }
}
