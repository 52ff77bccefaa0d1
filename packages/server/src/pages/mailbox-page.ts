import { type Page, type PageTools, POSTS_NOWHERE } from './layout.ts'
import { html, type Markup } from './markup.ts'
import type { MailboxPage } from './model.ts'
import { safeUrl } from './safe-url.ts'

/** The mail of a development server, as text with links that work. */
export function mailboxPage({ mails }: MailboxPage, { messages }: PageTools): Page {
  const title = messages.mailboxTitle
  const content = html`<h1>${title}</h1>
<p class="lead">${messages.mailboxLead}</p>
${mails.length === 0 ? html`<p class="empty">${messages.mailboxEmpty}</p>` : undefined}
${mails.map(
  ({ to, subject, text, at }) => html`<article class="mail" dir="auto">
<h2>${subject}</h2>
<p>${messages.mailboxTo} ${to} · ${messages.time(new Date(at * 1_000))}</p>
${text.split('\n\n').map((paragraph) => html`<p>${linked(paragraph)}</p>`)}
</article>`,
)}`
  return { title, content, formAction: POSTS_NOWHERE, width: 'wide' }
}

function linked(paragraph: string): readonly Markup[] {
  return paragraph.split(/(https?:\/\/\S+)/).map((part) => {
    const href = /^https?:/.test(part) ? safeUrl(part, 'link') : undefined
    return href === undefined ? html`${part}` : html`<a href="${href}">${part}</a>`
  })
}
