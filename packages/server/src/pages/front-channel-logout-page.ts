import { type Page, type PageTools, POSTS_NOWHERE, wayOnLink } from './layout.ts'
import { html, plainName } from './markup.ts'
import type { FrontChannelLogoutPage } from './model.ts'
import { formActionSource, safeUrl } from './safe-url.ts'

/**
 * OIDC Front-Channel Logout §3: each client's address in a hidden frame. The script goes on as soon as
 * all have loaded, or after two seconds; without script there is the link.
 */
export function frontChannelLogoutPage(
  model: FrontChannelLogoutPage,
  { messages, assets }: PageTools,
): Page {
  const frames = model.frames.filter((frame) => safeUrl(frame, 'form') !== undefined)
  const href = safeUrl(model.wayOn, 'continue')
  const content = html`<h1>${messages.logoutDoneTitle}</h1>
<p class="lead">${messages.logoutFrontChannel}</p>
${frames.map(
  (frame) =>
    html`<iframe class="hidden-frame" src="${frame}" title="${messages.logoutFrame}" tabindex="-1" aria-hidden="true" hidden></iframe>`,
)}
${href === undefined ? undefined : html`<div id="way-on">${wayOnLink(href, messages.continueLink(plainName(model.clientName ?? '')))}</div>`}`
  return {
    title: messages.logoutDoneTitle,
    content,
    formAction: POSTS_NOWHERE,
    frames: frames.map(formActionSource),
    scripts: [assets.frontChannelLogoutScript],
  }
}
