import type { RegisteredMetadata } from '@grantd/domain'
import { accentRulesOf } from '../branding/brand.ts'
import { judgeAccent } from '../branding/client-accent.ts'
import type { Colour } from '../branding/contrast.ts'
import type { Settings } from '../config/settings.ts'
import { usageError } from './exit.ts'

/** Refuses an accent that people could not read beside the server's own colours. */
export function checkAccent(metadata: RegisteredMetadata, settings: Settings): void {
  const { accent_color: light, accent_color_dark: dark } = metadata
  for (const [option, theme, accent] of [
    ['--accent', 'light', light],
    ['--accent-dark', 'dark', dark],
  ] as const) {
    if (accent === undefined) continue
    const judged = judgeAccent(accent as Colour, theme, accentRulesOf(settings))
    if ('palette' in judged) continue
    const { ratio, needed } = judged
    throw usageError(
      `${option} ${accent} has a contrast of ${ratio.toFixed(2)} in the ${theme} theme, and ${needed} is needed`,
      `take a ${theme === 'light' ? 'darker' : 'lighter'} colour`,
    )
  }
}
