// Owns: the operator's own words for pages and letters, over those that grantd brings.
// Does not own: the languages themselves (pages/languages/). Start here: `loadTexts`.
import { readFileSync } from 'node:fs'
import { suggest } from '../config/suggest.ts'
import { UI_LOCALES, type UiLocale } from '../pages/languages/tags.ts'
import { type Messages, messagesFor } from '../pages/messages.ts'
import { StartError } from '../start-error.ts'

/** The texts in a language; of one that the pages do not speak, the English ones. */
export type Texts = (tag: string | undefined) => Messages

const MAX_FILE_BYTES = 200_000
const MAX_TEXT = 1_000
const FIXED = new Set(['lang', 'dir', 'ownName', 'date', 'time'])
const SCOPE_NAME = /^scope_[\x21\x23-\x5B\x5D-\x7E]{1,100}$/
const CONTROL = /\p{Cc}/u
const PLACE = /\{(\d+)\}/g

/**
 * Reads `branding.texts`, a JSON file: language, name of a text, own words. Parts of a text are
 * `{1}`, `{2}` …; `scope_<scope>` says on the consent page what a scope of one's own allows.
 * Throws StartError `E_BRANDING_TEXTS` with every fault of the file.
 */
export function loadTexts(file: string | undefined): Texts {
  if (file === undefined) return messagesFor
  const faults: string[] = []
  const changed = new Map<string, Messages>()
  for (const [tag, texts] of Object.entries(readTexts(file))) {
    if (!isLocale(tag)) faults.push(`${tag} is none of ${UI_LOCALES.join(', ')}`)
    else if (!isObject(texts)) faults.push(`${tag} must be an object of texts`)
    else changed.set(tag, withTexts(tag, texts, faults))
  }
  if (faults.length > 0) {
    throw refusal(`${file} has texts that cannot be shown:\n         ${faults.join('\n         ')}`)
  }
  return (tag) => changed.get(tag ?? '') ?? messagesFor(tag)
}

/** Every text of a language that an operator may replace, as `branding.texts` would have it. */
export function replaceableTexts(messages: Messages): Readonly<Record<string, string>> {
  const entries = Object.entries(messages).flatMap(([name, text]) => {
    const template = FIXED.has(name) ? undefined : templateOf(text)
    return template === undefined ? [] : [[name, template] as const]
  })
  return Object.fromEntries(entries)
}

function withTexts(
  tag: UiLocale,
  texts: Readonly<Record<string, unknown>>,
  faults: string[],
): Messages {
  const messages = messagesFor(tag)
  const known = replaceableTexts(messages)
  const own: Record<string, unknown> = {}
  for (const [name, text] of Object.entries(texts)) {
    const fault = faultOf(name, text, known)
    if (fault !== undefined) faults.push(`${tag}.${name} ${fault}`)
    else own[name] = filled(String(text), known[name], messages.dir)
  }
  // Each text kept the kind, and the number of parts, of the one that it replaces.
  return { ...messages, ...own } as Messages
}

function faultOf(
  name: string,
  text: unknown,
  known: Readonly<Record<string, string>>,
): string | undefined {
  const isKnown = Object.hasOwn(known, name)
  if (!isKnown && !SCOPE_NAME.test(name)) {
    const meant = suggest(name, Object.keys(known))
    return meant === undefined ? 'is no text that can be replaced' : `is unknown: ${meant}?`
  }
  if (typeof text !== 'string' || text.trim() === '') return 'must be a text'
  if (text.length > MAX_TEXT) return `is longer than ${MAX_TEXT} characters`
  if (CONTROL.test(text)) return 'has control characters; use spaces'
  const wanted = placesIn(known[name] ?? '')
  if (placesIn(text) === wanted) return undefined
  return wanted === '' ? 'has no parts: leave {1} out' : `must have each of its parts: ${wanted}`
}

/** Its distinct places, sorted: `{1} {2}`. */
function placesIn(text: string): string {
  return [...new Set([...text.matchAll(PLACE)].map(([place]) => place))].sort().join(' ')
}

/** Names keep their own direction within a text from right to left (Unicode isolates). */
function filled(text: string, original: string | undefined, dir: Messages['dir']): unknown {
  if (original === undefined || placesIn(original) === '') return text
  const shown = (part: unknown) => (dir === 'rtl' ? `\u2068${part}\u2069` : String(part))
  return (...parts: unknown[]) =>
    text.replace(PLACE, (_place, number) => shown(parts[Number(number) - 1]))
}

/**
 * A text with places for its parts; undefined when a part is more than a name: a number has plural
 * forms, a span of time has units.
 */
function templateOf(text: unknown): string | undefined {
  if (typeof text === 'string') return text
  if (typeof text !== 'function') return undefined
  const places = Array.from({ length: text.length }, (_, index) => `{${index + 1}}`)
  try {
    const template = String(text(...places)).replace(/[\u2068\u2069]/g, '')
    const isWhole = placesIn(template) === places.join(' ') && !template.includes('NaN')
    return isWhole ? template : undefined
  } catch {
    return undefined // Intl takes no text where a number or a date belongs.
  }
}

function readTexts(file: string): Readonly<Record<string, unknown>> {
  let body: string
  try {
    body = readFileSync(file, 'utf8')
  } catch (error) {
    throw refusal(`the file cannot be read: ${reasonOf(error)}`)
  }
  if (body.length > MAX_FILE_BYTES) throw refusal(`${file} is larger than ${MAX_FILE_BYTES} bytes`)
  try {
    const parsed: unknown = JSON.parse(body)
    if (isObject(parsed)) return parsed
  } catch (error) {
    throw refusal(`${file} is no JSON: ${reasonOf(error)}`)
  }
  throw refusal(`${file} must be an object of languages`)
}

function refusal(what: string): StartError {
  return new StartError(
    'E_BRANDING_TEXTS',
    `branding.texts: ${what}`,
    'correct the file; "grantd config texts" prints every text in the form it has',
  )
}

function isLocale(tag: string): tag is UiLocale {
  return UI_LOCALES.some((locale) => locale === tag)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
