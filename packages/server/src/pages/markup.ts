import { html as escapingHtml } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'

/** HTML whose dynamic parts were escaped; only `html` below makes it. */
export type Markup = HtmlEscapedString

/** What a template may contain: strings are escaped, `undefined` leaves nothing. */
export type MarkupValue = Markup | string | number | undefined | readonly Markup[]

/** Hono's escaping template, held to synchronous values. Attributes must be quoted by the caller. */
export function html(strings: TemplateStringsArray, ...values: readonly MarkupValue[]): Markup {
  const made = escapingHtml(strings, ...values)
  if (made instanceof Promise) throw new TypeError('a page contains an asynchronous value')
  return made
}

const BIDI_CONTROLS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu
const CONTROLS = /[\p{Cc}\u2028\u2029]/gu

/**
 * A name chosen by a stranger, for use inside our sentences: without direction overrides, which
 * could reorder the words around it, and on one line.
 */
export function plainName(name: string): string {
  return name.replace(BIDI_CONTROLS, '').replace(CONTROLS, ' ').trim()
}
