// The languages of the pages and letters. Another one is a file beside en.ts, a tag in tags.ts and a
// line here; what is missing does not compile.
import { ARABIC } from './languages/ar.ts'
import { GERMAN } from './languages/de.ts'
import { ENGLISH } from './languages/en.ts'
import { SPANISH } from './languages/es.ts'
import { FRENCH } from './languages/fr.ts'
import { JAPANESE } from './languages/ja.ts'
import type { Messages } from './languages/shape.ts'
import { UI_LOCALES, type UiLocale } from './languages/tags.ts'

export type { Messages } from './languages/shape.ts'

const CATALOGUES: Readonly<Record<UiLocale, Messages>> = {
  en: ENGLISH,
  de: GERMAN,
  es: SPANISH,
  fr: FRENCH,
  ja: JAPANESE,
  ar: ARABIC,
}

/** The texts of one of `UI_LOCALES`; of anything else the English ones. */
export function messagesFor(tag: string | undefined): Messages {
  const known = UI_LOCALES.find((locale) => locale === tag)
  return CATALOGUES[known ?? 'en']
}
