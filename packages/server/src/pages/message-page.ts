import { type Page, type PageTools, POSTS_NOWHERE, wayOnLink } from './layout.ts'
import { html } from './markup.ts'
import type { MessagePage } from './model.ts'
import { safeUrl } from './safe-url.ts'

/** One thing to say and perhaps somewhere to go. */
export function messagePage(model: MessagePage, _tools: PageTools): Page {
  const { title, message, wayOn } = model
  const href = safeUrl(wayOn?.href, 'link')
  const content = html`<h1>${title}</h1>
<p class="lead">${message}</p>
${wayOn === undefined || href === undefined ? undefined : wayOnLink(href, wayOn.label)}`
  return { title, content, formAction: POSTS_NOWHERE }
}
