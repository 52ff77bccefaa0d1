import { unreachable } from '@grantd/domain'
import { fact, type Page, type PageTools, POSTS_NOWHERE, wayOnLink } from './layout.ts'
import { html, plainName } from './markup.ts'
import type { Messages } from './messages.ts'
import type { UpstreamPage } from './model.ts'
import { safeUrl } from './safe-url.ts'

/** Why nobody was signed in through a provider, and the way back. */
export function upstreamPage(model: UpstreamPage, { messages }: PageTools): Page {
  const title = messages.upstreamTitle(plainName(model.provider))
  const href = safeUrl(model.wayBack, 'link') ?? '/auth/login'
  const isOfAccount = href.startsWith('/profile')
  const content = html`<h1>${title}</h1>
<p class="lead">${messageOf(model, messages)}</p>
${wayOnLink(href, isOfAccount ? messages.goToAccount : messages.upstreamBack)}
<dl class="stub facts">${fact(messages.errorCode, html`<code>${model.code}</code>`)}${fact(messages.errorId, html`<code>${model.errorId}</code>`)}</dl>`
  return { title, content, formAction: POSTS_NOWHERE }
}

function messageOf(model: UpstreamPage, m: Messages): string {
  const provider = plainName(model.provider)
  switch (model.problem) {
    case 'denied':
      return m.upstreamDenied(provider)
    case 'unavailable':
      return m.upstreamUnavailable(provider)
    case 'expired':
      return m.upstreamExpired
    case 'foreign':
      return m.upstreamForeign
    case 'other_provider':
    case 'mixed_up':
    case 'exchange_refused':
    case 'not_believed':
      return m.upstreamBadAnswer(provider)
    case 'not_fresh':
      return m.upstreamNotFresh(provider)
    case 'not_configured':
      return m.upstreamNotConfigured(provider)
    case 'too_long':
      return m.upstreamTooLong(provider)
    case 'refused':
      return m.upstreamAccountRefused
    case 'no_account':
      return m.upstreamNoAccount(provider)
    case 'address_taken':
      return m.upstreamAddressTaken(provider, model.email ?? '')
    case 'link_refused':
      return m.upstreamLinkRefused
    case 'link_taken':
      return m.upstreamLinkTaken(provider)
    default:
      return unreachable(model.problem)
  }
}
