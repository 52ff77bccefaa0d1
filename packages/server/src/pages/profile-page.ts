import { fact, hidden, notice, type Page, type PageTools, POSTS_HERE } from './layout.ts'
import { html, type Markup } from './markup.ts'
import type { Messages } from './messages.ts'
import type { ProfilePage } from './model.ts'
import { signingIn } from './profile-factors.ts'
import { appsSection, logSection, sessionsSection } from './profile-lists.ts'
import { moment, postButton } from './profile-parts.ts'
import { safeUrl } from './safe-url.ts'

/** The account console: who is signed in where, factors, apps with access, what happened lately. */
export function profilePage(model: ProfilePage, { messages, assets }: PageTools): Page {
  const title = messages.profileTitle
  const content = html`<h1>${title}</h1>
${doneNotice(model, messages)}
<dl class="facts">
${fact(messages.profileUsername, model.username)}
${fact(messages.profileEmail, emailOf(model, messages))}
${fact(messages.profileRole, roleOf(model, messages))}
${fact(messages.profileUserId, html`<code>${model.userId}</code>`)}
${fact(messages.profileSession, moment(model.sessionStartedAt, messages.time))}
</dl>
<ul class="links"><li><a href="/profile/email">${messages.consoleEditEmail}</a></li><li><a href="/profile/details">${messages.consoleEditDetails}</a></li></ul>
${verifyForm(model, messages)}
${signingIn(model, messages)}
${sessionsSection(model, messages)}
${appsSection(model, messages)}
${logSection(model, messages)}
<section aria-labelledby="data">
<h2 id="data">${messages.consoleData}</h2>
${postButton('/profile/export', model.forms.export, messages.consoleExport)}
<ul class="links"><li><a href="/profile/disable">${messages.consoleDisable}</a></li><li><a href="/profile/delete">${messages.consoleDelete}</a></li></ul>
</section>
<form method="post" action="/auth/logout">
${hidden('csrf', model.csrf)}
<p class="actions"><button class="button plain" type="submit">${messages.profileSignOut}</button></p>
</form>
${discovery(model, messages)}
${acceptedPasskeys(model)}`
  const scripts = model.accepted === undefined ? [] : [assets.passkeySignalScript]
  return { title, content, formAction: POSTS_HERE, width: 'wide', scripts }
}

/** For passkey-signal.js. */
function acceptedPasskeys({ accepted }: ProfilePage): Markup | undefined {
  if (accepted === undefined) return undefined
  return html`<div hidden data-accepted-passkeys="${JSON.stringify(accepted)}"></div>`
}

const PROBLEMS: ReadonlySet<string> = new Set(['again', 'passkey_refused', 'last_way_in'])

/** Only sentences of the catalogue: what the query says is not shown. */
function doneNotice({ done }: ProfilePage, messages: Messages): Markup | undefined {
  const key = `done_${done ?? ''}`
  if (done === undefined || !Object.hasOwn(messages, key)) return undefined
  const text = messages[key as keyof Messages]
  const kind = PROBLEMS.has(done) ? 'problem' : 'calm'
  return typeof text === 'string' ? notice(text, kind) : undefined
}

function roleOf({ role }: ProfilePage, messages: Messages): string {
  if (role === 'admin') return messages.role_admin
  return role === 'user' ? messages.role_user : role
}

function emailOf({ email, isEmailVerified }: ProfilePage, messages: Messages): Markup | string {
  if (email === undefined) return messages.profileNoEmail
  const state = isEmailVerified ? messages.consoleVerified : messages.consoleNotVerified
  return html`<bdi>${email}</bdi> (${state})`
}

function verifyForm({ email, isEmailVerified, forms }: ProfilePage, messages: Messages) {
  if (email === undefined || isEmailVerified) return undefined
  return postButton('/profile/email/verify', forms.verifyEmail, messages.consoleVerifyEmail)
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
