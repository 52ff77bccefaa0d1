// Owns: which colours the pages have, what follows from them, and which of them must be told apart.
import { type Colour, contrastOf, mix, readableOn } from './contrast.ts'

export const THEMES = ['light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

/** The colours that an operator may set, for each theme. */
export const COLOUR_TOKENS = [
  'ground',
  'surface',
  'ink',
  'ink_soft',
  'line',
  'line_strong',
  'accent',
  'on_accent',
  'focus',
] as const
export type ColourToken = (typeof COLOUR_TOKENS)[number]

export type Palette = Readonly<Record<ColourToken | 'accent_hover' | 'surface_sunk', Colour>>
export type ChosenColours = { readonly [Token in ColourToken]?: Colour | undefined }

/** As static/site.css has them. */
export const DEFAULTS: Readonly<Record<Theme, Palette>> = {
  light: {
    ground: '#f1f0ea',
    surface: '#ffffff',
    surface_sunk: '#f7f6f2',
    ink: '#18211e',
    ink_soft: '#47514c',
    line: '#dcdad0',
    line_strong: '#858f89',
    accent: '#0e5a4c',
    accent_hover: '#0a4a3f',
    on_accent: '#ffffff',
    focus: '#1b5fd0',
  },
  dark: {
    ground: '#0f1513',
    surface: '#18201d',
    surface_sunk: '#121916',
    ink: '#e9eeeb',
    ink_soft: '#a5b1ab',
    line: '#2e3a35',
    line_strong: '#74827b',
    accent: '#7fd3bd',
    accent_hover: '#9de2cf',
    on_accent: '#07271f',
    focus: '#8ab8ff',
  },
}

/** The chosen colours over the defaults; what follows from a chosen one follows it. */
export function paletteOf(theme: Theme, chosen: ChosenColours): Palette {
  const base = DEFAULTS[theme]
  const set = withoutUnset(chosen)
  const palette = { ...base, ...set }
  const { accent, surface, ground } = set
  return {
    ...palette,
    ...(accent !== undefined && accentOf(accent, set.on_accent)),
    ...((surface ?? ground) !== undefined && {
      surface_sunk: mix(palette.surface, palette.ground, 0.5),
    }),
  }
}

function withoutUnset(chosen: ChosenColours): { readonly [Token in ColourToken]?: Colour } {
  return Object.fromEntries(Object.entries(chosen).filter(([, colour]) => colour !== undefined))
}

/** An accent with the colour of the text on it, and both while it is pointed at. */
export function accentOf(
  accent: Colour,
  chosen?: Colour,
): Pick<Palette, 'accent' | 'accent_hover' | 'on_accent'> {
  const onAccent = chosen ?? readableOn(accent)
  const away =
    contrastOf(onAccent, '#ffffff') < contrastOf(onAccent, '#000000') ? '#000000' : '#ffffff'
  return { accent, accent_hover: mix(accent, away, 0.2), on_accent: onAccent }
}

/** What must be readable on what; borders of fields and the focus ring need 3 (WCAG 1.4.11). */
const TEXT: ReadonlyArray<readonly [keyof Palette, keyof Palette]> = [
  ['ink', 'ground'],
  ['ink', 'surface'],
  ['ink', 'surface_sunk'],
  ['ink_soft', 'ground'],
  ['ink_soft', 'surface'],
  ['ink_soft', 'surface_sunk'],
  ['accent', 'ground'],
  ['accent', 'surface'],
  ['accent_hover', 'surface'],
  ['on_accent', 'accent'],
  ['on_accent', 'accent_hover'],
]
const SHAPES: ReadonlyArray<readonly [keyof Palette, keyof Palette]> = [
  ['line_strong', 'surface'],
  ['focus', 'surface'],
  ['focus', 'ground'],
]
const SHAPE_CONTRAST = 3

/** WCAG 2.2, 1.4.3 and 1.4.6. */
export const TEXT_CONTRAST = { AA: 4.5, AAA: 7 } as const
export type ContrastLevel = keyof typeof TEXT_CONTRAST

export interface TooClose {
  readonly colour: keyof Palette
  readonly on: keyof Palette
  readonly ratio: number
  readonly needed: number
}

/** The pairs of colours that people could not tell apart. */
export function tooClose(palette: Palette, level: ContrastLevel): readonly TooClose[] {
  const below =
    (needed: number) =>
    ([colour, on]: readonly [keyof Palette, keyof Palette]): TooClose[] => {
      const ratio = contrastOf(palette[colour], palette[on])
      return ratio >= needed ? [] : [{ colour, on, ratio, needed }]
    }
  return [...TEXT.flatMap(below(TEXT_CONTRAST[level])), ...SHAPES.flatMap(below(SHAPE_CONTRAST))]
}
