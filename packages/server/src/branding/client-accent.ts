// Owns: the accent colour of one client: when it may be shown, and its stylesheet. The address of the
// stylesheet says all that is in it, so every process can serve it and nothing is kept.

import { COLOUR, type Colour } from './contrast.ts'
import type { ChosenColours, Palette } from './palette.ts'
import { accentOf, type ContrastLevel, paletteOf, THEMES, type Theme, tooClose } from './palette.ts'

export interface ClientAccent {
  readonly light?: string | undefined
  readonly dark?: string | undefined
}

/** What an accent is judged against: the operator's colours and contrast. */
export interface AccentRules {
  readonly light: ChosenColours
  readonly dark: ChosenColours
  readonly contrast: ContrastLevel
}

/** The accent's colours in `theme`, or why it cannot be read there. */
export function judgeAccent(
  accent: Colour,
  theme: Theme,
  rules: AccentRules,
): { readonly palette: Palette } | { readonly ratio: number; readonly needed: number } {
  const palette = { ...paletteOf(theme, rules[theme]), ...accentOf(accent) }
  const isAbout = ({ colour }: { colour: keyof Palette }) =>
    colour === 'accent' || colour === 'accent_hover' || colour === 'on_accent'
  const [worst] = tooClose(palette, rules.contrast)
    .filter(isAbout)
    .toSorted((a, b) => a.ratio - b.ratio)
  return worst ?? { palette }
}

const NONE = 'none'

/** The part of a stylesheet's name that stands for the accent; `undefined` when nothing of it is shown. */
export function accentName(accent: ClientAccent, rules: AccentRules): string | undefined {
  const parts = THEMES.map((theme) => {
    const colour = accent[theme]?.toLowerCase()
    if (colour === undefined || !COLOUR.test(colour)) return NONE
    // What was fine when it was stored may not be under other colours of the operator.
    return 'palette' in judgeAccent(colour as Colour, theme, rules) ? colour.slice(1) : NONE
  })
  return parts.every((part) => part === NONE) ? undefined : parts.join('.')
}

const NAME = /^([0-9a-f]{6}|none)\.([0-9a-f]{6}|none)$/

/** The stylesheet behind a name, or `undefined` for a name that `accentName` would not give. */
export function accentSheet(name: string, rules: AccentRules): string | undefined {
  const [, light = NONE, dark = NONE] = NAME.exec(name) ?? []
  const accent = {
    ...(light !== NONE && { light: `#${light}` }),
    ...(dark !== NONE && { dark: `#${dark}` }),
  }
  if (accentName(accent, rules) !== name) return undefined
  const rule = (hex: string) => {
    const { accent: colour, accent_hover: hover, on_accent: on } = accentOf(`#${hex}`)
    return `:root{--accent:${colour};--accent-hover:${hover};--on-accent:${on}}`
  }
  const parts = [
    ...(light === NONE ? [] : [`@media (prefers-color-scheme:light){${rule(light)}}`]),
    ...(dark === NONE ? [] : [`@media (prefers-color-scheme:dark){${rule(dark)}}`]),
  ]
  return `${parts.join('\n')}\n`
}
