// How tests draw pages and look at what is drawn.
import { loadBrand } from '../branding/brand.ts'
import { loadAssets } from './assets.ts'
import { messagesFor } from './messages.ts'
import type { PageModel } from './model.ts'
import { renderPage } from './render.ts'

export const assets = loadAssets().urls
export const brand = loadBrand({
  branding: { name: 'grantd', contrast: 'AA', light: {}, dark: {} },
})
export const messages = messagesFor('en')

/** Without the language chooser. */
export function htmlOf(model: PageModel, locale = 'en'): string {
  return renderPage(model, { assets, brand, locale }).html
}

/** Names of the inputs and buttons that a form would send, in order. */
export function fieldNames(html: string): readonly string[] {
  return [...html.matchAll(/<(?:input|button)[^>]* name="([^"]*)"/g)].map((match) => match[1] ?? '')
}
