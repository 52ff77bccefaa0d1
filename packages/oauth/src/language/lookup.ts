/**
 * The supported tag that fits best: each wish in turn, and of each wish ever shorter prefixes, so that
 * `de-CH-1996` finds `de` (RFC 4647 §3.4).
 */
export function lookupLanguage(
  wishes: readonly string[],
  supported: readonly string[],
): string | undefined {
  for (const wish of wishes) {
    const subtags = wish.toLowerCase().split(/[-_]/)
    while (subtags.length > 0) {
      const prefix = subtags.join('-')
      const found = supported.find((tag) => tag.toLowerCase() === prefix)
      if (found !== undefined) return found
      subtags.pop()
      // A single letter only says what the subtag after it is; alone it is no range.
      if (subtags.at(-1)?.length === 1) subtags.pop()
    }
  }
  return undefined
}

const RANGE = /^[A-Za-z]{1,8}(?:[-_][A-Za-z0-9]{1,8})*$/
const MOST = 20
const MAX_LENGTH = 500

/** `ui_locales`: tags in the order of preference, separated by spaces (OIDC Core §3.1.2.1). */
export function wishesOf(uiLocales: string | undefined): readonly string[] {
  if (uiLocales === undefined || uiLocales.length > MAX_LENGTH) return []
  return uiLocales
    .split(' ')
    .filter((tag) => RANGE.test(tag))
    .slice(0, MOST)
}

/** The ranges of an Accept-Language header, best first; `*` and what has weight 0 wish for nothing. */
export function acceptedLanguages(header: string | undefined): readonly string[] {
  if (header === undefined || header.length > MAX_LENGTH) return []
  return header
    .split(',')
    .slice(0, MOST)
    .map((part) => {
      const [range = '', ...parameters] = part.split(';').map((text) => text.trim())
      const weight = /^q=([01](?:\.\d{0,3})?)$/i.exec(parameters[0] ?? 'q=1')?.[1]
      return { range, weight: Number(weight ?? 0) }
    })
    .filter(({ range, weight }) => weight > 0 && RANGE.test(range))
    .toSorted((a, b) => b.weight - a.weight)
    .map(({ range }) => range)
}
