import { fact, hidden, type Page, type PageTools, POSTS_HERE } from './layout.ts'
import { html, type Markup } from './markup.ts'
import type { Messages } from './messages.ts'
import type { ProfilePage } from './model.ts'
import { safeUrl } from './safe-url.ts'

/** Who is signed in and which apps have access; signing out posts `csrf` to /auth/logout. */
export function profilePage(model: ProfilePage, { messages }: PageTools): Page {
  const title = messages.profileTitle
  const content = html`<h1>${title}</h1>
<dl class="facts">
${fact(messages.profileUsername, model.username)}
${fact(messages.profileEmail, model.email ?? messages.profileNoEmail)}
${fact(messages.profileRole, model.role)}
${fact(messages.profileUserId, html`<code>${model.userId}</code>`)}
${fact(messages.profileSession, moment(model.sessionStartedAt, messages.time))}
</dl>
<section aria-labelledby="apps">
<h2 id="apps">${messages.profileApps}</h2>
${apps(model, messages)}
</section>
<form method="post" action="/auth/logout">
${hidden('csrf', model.csrf)}
<p class="actions"><button class="button plain" type="submit">${messages.profileSignOut}</button></p>
</form>
${discovery(model, messages)}`
  return { title, content, formAction: POSTS_HERE, width: 'wide' }
}

/** A time from seconds since the epoch; nothing when no calendar can hold it. */
function moment(seconds: number, write: (at: Date) => string): Markup {
  const at = new Date(seconds * 1_000)
  if (Number.isNaN(at.getTime())) return html``
  return html`<time datetime="${at.toISOString()}">${write(at)}</time>`
}

function apps(model: ProfilePage, messages: Messages): Markup {
  if (model.apps.length === 0) return html`<p class="empty">${messages.profileNoApps}</p>`
  const rows = model.apps.map(
    ({ clientName, scope, since }) => html`<tr>
<th scope="row">${clientName}</th>
<td data-label="${messages.profileScope}"><code>${scope}</code></td>
<td data-label="${messages.profileSince}">${moment(since, messages.date)}</td>
</tr>`,
  )
  return html`<table class="apps" aria-labelledby="apps"><thead><tr><th scope="col">${messages.profileApp}</th><th scope="col">${messages.profileScope}</th><th scope="col">${messages.profileSince}</th></tr></thead><tbody>${rows}</tbody></table>`
}

function discovery({ issuer }: ProfilePage, messages: Messages): Markup | undefined {
  const base = safeUrl(issuer, 'form')
  if (base === undefined) return undefined
  const { origin, pathname } = new URL(base)
  const path = pathname.replace(/\/+$/, '')
  // OpenID Connect Discovery §4 appends to the issuer; RFC 8414 §3.1 goes before its path.
  const openId = `${origin}${path}/.well-known/openid-configuration`
  const oauth = `${origin}/.well-known/oauth-authorization-server${path}`
  return html`<nav class="stub" aria-labelledby="developers">
<h2 id="developers">${messages.profileDiscovery}</h2>
<ul class="links"><li><a href="${openId}">${messages.profileOpenId}</a></li><li><a href="${oauth}">${messages.profileOAuth}</a></li></ul>
</nav>`
}
