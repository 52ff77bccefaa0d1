import type { Brand } from '../branding/brand.ts'
import type { AssetUrls } from './assets.ts'
import { html, type Markup, plainName } from './markup.ts'
import type { Messages } from './messages.ts'
import type { WayBack } from './model.ts'
import { safeUrl } from './safe-url.ts'

/** What every page gets besides its model. */
export interface PageTools {
  readonly messages: Messages
  readonly assets: AssetUrls
  readonly brand: Brand
  /** The language, where the address of the page asked for it: its forms have to ask again. */
  readonly asked: string | undefined
}

/** What a page file returns: the parts that differ between pages. */
export interface Page {
  readonly title: string
  readonly content: Markup
  /** Form targets as Content-Security-Policy sources; empty means the page has no form. */
  readonly formAction: readonly string[]
  /** Sources of the frames in it; without them a page has none. */
  readonly frames?: readonly string[]
  readonly scripts?: readonly string[]
  /** Go there at once without script (meta refresh). */
  readonly refreshTo?: string
  readonly width?: 'narrow' | 'wide'
}

/** The form-action sources of pages that only post to this server. */
export const POSTS_HERE: readonly string[] = ["'self'"]
export const POSTS_NOWHERE: readonly string[] = []

// Drawn in the page, not linked: error pages forbid images (img-src).
function mark(): Markup {
  return html`<svg class="mark" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true" focusable="false"><rect class="mark-tile" width="32" height="32" rx="9"></rect><g class="mark-line" fill="none" stroke-width="3" stroke-linecap="round"><circle cx="15.5" cy="13.5" r="5"></circle><path d="M20.5 13.5v6.25a5 5 0 0 1-9.3 2.5"></path></g></svg>`
}

function brandMark({ name, logo }: Brand): Markup {
  if (logo === undefined) return html`${mark()}<span class="word-mark">${name}</span>`
  const { light, dark } = logo
  const darkSource =
    dark === undefined
      ? undefined
      : html`<source srcset="${dark}" media="(prefers-color-scheme: dark)">`
  return html`<picture>${darkSource}<img class="logo" src="${light}" alt="" height="32"></picture><span class="word-mark">${name}</span>`
}

/** What is around the card of a page. */
export interface Surroundings {
  /** Below the card. */
  readonly footer: Markup | undefined
  /** After the stylesheets of the server and of its brand. */
  readonly stylesheet: string | undefined
}

/** The document around a page: head, word-mark, one card, the language chooser. */
export function layout(
  page: Page,
  { footer, stylesheet }: Surroundings,
  { messages, assets, brand }: PageTools,
): Markup {
  const { title, content, scripts = [], refreshTo, width = 'narrow' } = page
  return html`<!doctype html>
<html lang="${messages.lang}" dir="${messages.dir}">
<head>
<meta charset="utf-8">
<title>${title} · ${brand.name}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
${refreshTo === undefined ? undefined : html`<meta http-equiv="refresh" content="0; url=${refreshTo}">`}
<link rel="icon" type="image/svg+xml" href="${assets.favicon}">
<link rel="stylesheet" href="${assets.stylesheet}">
${[brand.stylesheet, stylesheet].flatMap((href) => (href === undefined ? [] : [html`<link rel="stylesheet" href="${href}">\n`]))}
${scripts.map((source) => html`<script src="${source}" defer></script>\n`)}
</head>
<body>
<header class="brand">${brandMark(brand)}</header>
<main class="card ${width}">
${content}
</main>
${footer}
</body>
</html>
`
}

export type NoticeTone = 'problem' | 'calm'

/** One sentence at the top of a card, announced by screen readers; fields point at `#notice`. */
export function notice(text: string, tone: NoticeTone): Markup {
  const role = tone === 'problem' ? 'alert' : 'status'
  return html`<p class="notice ${tone}" id="notice" role="${role}">${text}</p>`
}

/** A hidden form field. */
export function hidden(name: string, value: string): Markup {
  return html`<input type="hidden" name="${name}" value="${value}">`
}

/** One row of a description list. Plain text is a name or an address: it keeps its own direction. */
export function fact(label: string, value: Markup | string): Markup {
  const shown = typeof value === 'string' ? html`<bdi>${value}</bdi>` : value
  return html`<div class="fact"><dt>${label}</dt><dd>${shown}</dd></div>`
}

/** A link to a site of someone else: opens with no trace of where it was clicked. */
export function outsideLink(href: string, text: string): Markup {
  return html`<a href="${href}" target="_blank" rel="noopener noreferrer">${text}</a>`
}

/** A link that leads on, drawn as a button. */
export function wayOnLink(href: string, text: string): Markup {
  return html`<p class="actions"><a class="button primary" href="${href}">${text}</a></p>`
}

/** Leads to where an app begins a sign-in; nothing when its address may not stand in a page. */
export function startAgainLink(way: WayBack | undefined, messages: Messages): Markup | undefined {
  const href = safeUrl(way?.href, 'link')
  if (way === undefined || href === undefined) return undefined
  return wayOnLink(href, messages.startAgainAt(plainName(way.clientName)))
}
