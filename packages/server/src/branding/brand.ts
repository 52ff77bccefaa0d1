// Owns: what the operator's settings make of the pages: name, logo, stylesheets. Read once at the start.
// Does not own: which colours go together (palette.ts), the default look (static/site.css).
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { extname } from 'node:path'
import type { Settings } from '../config/settings.ts'
import type { Asset } from '../pages/assets.ts'
import { StartError } from '../start-error.ts'
import { type AccentRules, accentName, accentSheet, type ClientAccent } from './client-accent.ts'
import type { Colour } from './contrast.ts'
import {
  type ChosenColours,
  COLOUR_TOKENS,
  DEFAULTS,
  paletteOf,
  THEMES,
  type Theme,
} from './palette.ts'
import { loadTexts, type Texts } from './texts.ts'

/** The look of the pages beyond static/site.css. */
export interface Brand {
  readonly name: string
  /** Local paths; the second one is for the dark theme. */
  readonly logo: { readonly light: string; readonly dark: string | undefined } | undefined
  /** What differs from the default look; absent when nothing does. */
  readonly stylesheet: string | undefined
  readonly texts: Texts
  /** The stylesheet of a client's accent, where it may be shown. */
  accentSheet(accent: ClientAccent | undefined): string | undefined
}

export interface LoadedBrand extends Brand {
  /** Logos and stylesheets of the brand, by path. */
  find(path: string): Asset | undefined
}

const TYPES: Readonly<Record<string, string>> = {
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
}
const MAX_LOGO_BYTES = 200_000
const CSS = 'text/css; charset=utf-8'

const hashOf = (body: string | Uint8Array) =>
  createHash('sha256').update(body).digest('hex').slice(0, 16)

/** Throws StartError `E_BRANDING_LOGO` or `E_BRANDING_TEXTS` for a file that cannot be shown. */
export function loadBrand({ branding }: Pick<Settings, 'branding'>): LoadedBrand {
  const byPath = new Map<string, Asset>()
  const publish = (name: string, extension: string, contentType: string, body: Uint8Array) => {
    const hash = hashOf(body)
    const path = `/static/${name}.${hash}${extension}`
    byPath.set(path, { body, contentType, etag: `"${hash}"` })
    return path
  }
  const logo = (file: string | undefined, key: string) => {
    if (file === undefined) return undefined
    const extension = extname(file).toLowerCase()
    return publish('logo', extension, ...readLogo(file, extension, key))
  }
  const light = logo(branding.logo, 'branding.logo')
  const dark = logo(branding.logo_dark, 'branding.logo_dark')
  const css = stylesheetOf(branding)
  const rules = accentRulesOf({ branding })
  // Other colours of the operator make other accents: their addresses must not be the old ones.
  const prefix = `/static/accent.${hashOf(JSON.stringify([css, rules]))}.`
  return {
    name: branding.name,
    texts: loadTexts(branding.texts),
    logo: light === undefined ? undefined : { light, dark },
    stylesheet: css === '' ? undefined : publish('brand', '.css', CSS, Buffer.from(css)),
    accentSheet(accent) {
      const name = accent && accentName(accent, rules)
      return name === undefined ? undefined : `${prefix}${name}.css`
    },
    find: (path) => byPath.get(path) ?? findAccent(path, prefix, rules),
  }
}

/** What the accents of clients are judged by. */
export function accentRulesOf({ branding }: Pick<Settings, 'branding'>): AccentRules {
  const { light, dark, contrast } = branding
  return { light: colours(light), dark: colours(dark), contrast }
}

/** Their form was checked when the settings were read. */
const colours = (chosen: Settings['branding'][Theme]): ChosenColours => chosen as ChosenColours

function findAccent(path: string, prefix: string, rules: AccentRules): Asset | undefined {
  if (!path.startsWith(prefix) || !path.endsWith('.css')) return undefined
  const css = accentSheet(path.slice(prefix.length, -'.css'.length), rules)
  if (css === undefined) return undefined
  return { body: Buffer.from(css), contentType: CSS, etag: `"${hashOf(css)}"` }
}

function readLogo(file: string, extension: string, key: string): [string, Uint8Array] {
  const refuse = (what: string, fix: string) => new StartError('E_BRANDING_LOGO', what, fix)
  const type = TYPES[extension]
  if (type === undefined) {
    throw refuse(
      `${key}: ${file} is not a picture that browsers show everywhere`,
      `use a file that ends in ${Object.keys(TYPES).join(', ')}`,
    )
  }
  let body: Buffer
  try {
    body = readFileSync(file)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw refuse(`${key} cannot be read: ${why}`, 'correct the path, or the rights of the file')
  }
  if (body.byteLength > MAX_LOGO_BYTES) {
    throw refuse(
      `${key}: ${file} has ${body.byteLength} bytes, and every page loads it`,
      `use a picture of at most ${MAX_LOGO_BYTES} bytes`,
    )
  }
  return [type, body]
}

const cssName = (token: string) => `--${token.replaceAll('_', '-')}`

/** Only what differs, so that a server without branding loads no second stylesheet. */
function stylesheetOf(branding: Settings['branding']): string {
  const { font, radius } = branding
  const shared = [
    ...(font === undefined ? [] : [`--font:${font}`]),
    ...(radius === undefined ? [] : [`--radius:${radius}`, `--card-radius:calc(${radius} * 1.8)`]),
  ]
  const parts = [
    ...(shared.length === 0 ? [] : [`:root{${shared.join(';')}}`]),
    ...THEMES.flatMap((theme) => {
      const set = declarations(theme, colours(branding[theme]))
      return set === '' ? [] : [`@media (prefers-color-scheme:${theme}){:root{${set}}}`]
    }),
  ]
  return parts.length === 0 ? '' : `${parts.join('\n')}\n`
}

function declarations(theme: Theme, chosen: ChosenColours): string {
  if (COLOUR_TOKENS.every((token) => chosen[token] === undefined)) return ''
  const palette: Readonly<Record<string, Colour>> = paletteOf(theme, chosen)
  const usual: Readonly<Record<string, Colour>> = DEFAULTS[theme]
  return Object.entries(palette)
    .filter(([token, colour]) => colour !== usual[token])
    .map(([token, colour]) => `${cssName(token)}:${colour}`)
    .join(';')
}
