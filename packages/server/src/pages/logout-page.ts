import { hidden, type Page, type PageTools, POSTS_HERE } from './layout.ts'
import { html, plainName } from './markup.ts'
import type { LogoutPage } from './model.ts'

/** Sign out or stay; posts `csrf`, `request`, `decision` to /oauth/logout/confirm. */
export function logoutPage(model: LogoutPage, { messages }: PageTools): Page {
  const { csrf, request, username, clientName } = model
  const content = html`<h1>${messages.logoutTitle}</h1>
<p class="lead">${messages.logoutSignedInAs(username)}</p>
${clientName === undefined ? undefined : html`<p>${messages.logoutAskedBy(plainName(clientName))}</p>`}
<form method="post" action="/oauth/logout/confirm">
${hidden('csrf', csrf)}
${hidden('request', request)}
<p class="actions pair"><button class="button primary" type="submit" name="decision" value="logout">${messages.logoutYes}</button><button class="button plain" type="submit" name="decision" value="stay">${messages.logoutNo}</button></p>
</form>`
  return { title: messages.logoutTitle, content, formAction: POSTS_HERE }
}
