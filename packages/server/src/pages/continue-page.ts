import { type Page, type PageTools, POSTS_NOWHERE, wayOnLink } from './layout.ts'
import { html, plainName } from './markup.ts'
import type { ContinuePage } from './model.ts'
import { requireSafeUrl } from './safe-url.ts'

/**
 * Ends the chain of a submitted form, so that form-action does not apply to the client's own
 * address. Throws a TypeError for a URL that is neither web nor an app's reverse-domain scheme.
 */
export function continuePage(model: ContinuePage, { messages }: PageTools): Page {
  const href = requireSafeUrl(model.href, 'continue')
  const name = plainName(model.clientName)
  const title = messages.continueTitle(name)
  const content = html`<h1>${title}</h1>
<p class="lead">${messages.continueText}</p>
${wayOnLink(href, messages.continueLink(name))}`
  return { title, content, formAction: POSTS_NOWHERE, refreshTo: href }
}
