import { clientLogo, legalLinks } from './client-links.ts'
import {
  fact,
  hidden,
  notice,
  outsideLink,
  type Page,
  type PageTools,
  POSTS_HERE,
} from './layout.ts'
import { html, type Markup, plainName } from './markup.ts'
import type { Messages } from './messages.ts'
import type { ConsentPage } from './model.ts'
import { readableHost, safeUrl } from './safe-url.ts'

/** Allow or deny; posts `csrf`, `request`, `remember`, `decision` to /oauth/consent. */
export function consentPage(model: ConsentPage, { messages }: PageTools): Page {
  const title = messages.consentTitle(plainName(model.clientName))
  const content = html`${model.isVerified ? undefined : html`<p class="badge">${messages.consentUnverified}</p>`}
${clientLogo(model.logo)}
<h1>${title}</h1>
${noticeOf(model, messages)}
${model.isVerified ? undefined : html`<p class="caution">${messages.consentUnverifiedWhy}</p>`}
<dl class="facts">
${fact(messages.consentSignedInAs, model.username)}
${appSite(model, messages)}
${fact(messages.consentSentTo, html`<strong><bdi>${plainName(model.redirectTarget)}</bdi></strong>`)}
</dl>
${model.isLoopbackRedirect ? html`<p class="caution">${messages.consentLoopback}</p>` : undefined}
<h2 id="scopes">${messages.consentScopes}</h2>
${scopes(model, messages)}
<form method="post" action="/oauth/consent">
${hidden('csrf', model.csrf)}
${hidden('request', model.request)}
${
  model.mayRemember
    ? html`<p class="check"><input type="checkbox" id="remember" name="remember" value="on"><label for="remember">${messages.consentRemember}</label></p>`
    : undefined
}
<p class="actions pair">${decisions(model, messages)}</p>
</form>
<div class="stub">
<p>${messages.consentRevoke}</p>
${legalLinks(model, messages)}
</div>`
  return { title, content, formAction: POSTS_HERE }
}

function noticeOf(model: ConsentPage, messages: Messages): Markup | undefined {
  if (model.notice === undefined) return undefined
  const text = model.notice === 'expired' ? messages.consentExpired : messages.consentAlreadyDecided
  return notice(text, 'problem')
}

function appSite({ clientUri }: ConsentPage, messages: Messages): Markup | undefined {
  const href = safeUrl(clientUri, 'link')
  if (href === undefined) return undefined
  return fact(messages.consentAppSite, outsideLink(href, readableHost(href)))
}

function scopes(model: ConsentPage, messages: Messages): Markup {
  if (model.scopes.length === 0) return html`<p>${messages.consentNoScopes}</p>`
  const items = model.scopes.map(
    (token) =>
      html`<li><span>${meaningOf(token, messages)}</span> <code class="token">${token}</code></li>`,
  )
  return html`<ul class="scopes" aria-labelledby="scopes">${items}</ul>`
}

function meaningOf(token: string, messages: Messages): string {
  const key = `scope_${token}`
  const text = Object.hasOwn(messages, key) ? messages[key as keyof Messages] : undefined
  return typeof text === 'string' ? text : messages.scopeOther(token)
}

// The first button is what Enter presses: for an app that nobody checked, that is deny.
function decisions({ isVerified }: ConsentPage, messages: Messages): readonly Markup[] {
  const allow = html`<button class="button ${isVerified ? 'primary' : 'plain'}" type="submit" name="decision" value="allow">${messages.consentAllow}</button>`
  const deny = html`<button class="button plain" type="submit" name="decision" value="deny">${messages.consentDeny}</button>`
  return isVerified ? [allow, deny] : [deny, allow]
}
