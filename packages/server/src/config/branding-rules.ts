import { accentRulesOf } from '../branding/brand.ts'
import { paletteOf, THEMES, tooClose } from '../branding/palette.ts'
import type { Finding } from './rules.ts'
import type { Settings } from './settings.ts'

/** Colours that people could not tell apart stop the start (WCAG 2.2, 1.4.3 and 1.4.11). */
export function brandingContrast(settings: Settings): Finding[] {
  const rules = accentRulesOf(settings)
  return THEMES.flatMap((theme) => {
    const palette = paletteOf(theme, rules[theme])
    return tooClose(palette, rules.contrast).map(({ colour, on, ratio, needed }): Finding => {
      const isDerived = colour === 'accent_hover'
      const key = `branding.${theme}.${isDerived ? 'accent' : colour}`
      return {
        code: 'E_CONFIG_CONTRAST',
        key,
        what: `(${palette[colour]}) has a contrast of ${ratio.toFixed(2)} to ${on} (${palette[on]}), and ${needed} is needed`,
        why: 'people with weak eyes or in bright light could not read the pages',
        fix: `make ${isDerived ? 'accent' : colour} or ${on} lighter or darker, until they differ enough`,
      }
    })
  })
}
