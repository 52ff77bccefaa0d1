/** The languages of the pages, in the order in which the language chooser lists them. */
export const UI_LOCALES = ['en', 'de', 'es', 'fr', 'ja', 'ar'] as const
export type UiLocale = (typeof UI_LOCALES)[number]
