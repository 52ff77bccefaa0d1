import { accentRulesOf } from '../branding/brand.ts'
import { paletteOf, THEMES, type Theme, type TooClose, tooClose } from '../branding/palette.ts'
import type { Finding } from './rules.ts'
import type { Settings } from './settings.ts'

/** Colours that people could not tell apart stop the start (WCAG 2.2, 1.4.3 and 1.4.11). */
export function brandingContrast(settings: Settings): Finding[] {
  const rules = accentRulesOf(settings)
  return THEMES.flatMap((theme) => {
    const chosen = rules[theme]
    const palette = paletteOf(theme, chosen)
    const worstFirst = tooClose(palette, rules.contrast).toSorted((a, b) => a.ratio - b.ratio)
    // One mistake, one problem: the pair of each colour that is hardest to read.
    const worst = new Map(worstFirst.toReversed().map((pair) => [settingOf(pair), pair]))
    return [...worst].map(([token, { colour, on, ratio, needed }]): Finding => {
      const isShown = colour === token && chosen[token] !== undefined
      const which = colour === token ? palette[colour] : `${palette[colour]} while pointed at`
      const said = isShown ? '' : `(${which}) `
      return {
        code: 'E_CONFIG_CONTRAST',
        key: keyOf(theme, token),
        what: `${said}has a contrast of ${ratio.toFixed(2)} to ${on} (${palette[on]}), and ${needed} is needed`,
        why: 'people with weak eyes or in bright light could not read the pages',
        fix: `make ${token} or ${on} lighter or darker, until they differ enough`,
      }
    })
  })
}

/** The setting to blame; what an accent becomes while pointed at follows from the accent. */
function settingOf({ colour }: TooClose) {
  if (colour === 'accent_hover') return 'accent'
  return colour === 'surface_sunk' ? 'surface' : colour
}

const keyOf = (theme: Theme, token: string) => `branding.${theme}.${token}`
