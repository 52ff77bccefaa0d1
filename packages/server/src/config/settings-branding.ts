// The sections `branding` and `ui`: how the pages look, and which language they fall back to.
import { Type } from '@grantd/oauth/schema'
import { COLOUR_TOKENS, type ColourToken, DEFAULTS, type Theme } from '../branding/palette.ts'
import { UI_LOCALES } from '../pages/languages/tags.ts'
import { choice, optionalText, text } from './setting.ts'

const MEANINGS: Readonly<Record<ColourToken, string>> = {
  ground: 'Behind everything',
  surface: 'Cards and fields',
  ink: 'Text',
  ink_soft: 'Less important text',
  line: 'Lines between things',
  line_strong: 'Borders of fields and buttons',
  accent: 'Links and the main button',
  on_accent: 'Text on the main button; unset = black or white when `accent` is set',
  focus: 'The ring around what the keyboard is at',
}

function colour(theme: Theme, token: ColourToken) {
  return optionalText({
    env: [`OAUTH2_BRANDING_${theme.toUpperCase()}_${token.toUpperCase()}`],
    shape: 'colour',
    defaultText: `\`${DEFAULTS[theme][token]}\``,
    description: `${MEANINGS[token]}, in the ${theme} theme, as \`#rrggbb\`.`,
  })
}

function colours(theme: Theme) {
  const entries = COLOUR_TOKENS.map((token) => [token, colour(theme, token)] as const)
  // One setting for each token.
  return Type.Object(Object.fromEntries(entries) as Record<ColourToken, ReturnType<typeof colour>>)
}

export const branding = Type.Object({
  name: text({
    env: ['OAUTH2_BRANDING_NAME'],
    default: 'grantd',
    shape: 'label',
    description: 'What the pages call this server: beside the logo and in the title.',
  }),
  logo: optionalText({
    env: ['OAUTH2_BRANDING_LOGO'],
    description: 'File with the logo: SVG, PNG, WebP or JPEG, at most 200 000 bytes.',
  }),
  logo_dark: optionalText({
    env: ['OAUTH2_BRANDING_LOGO_DARK'],
    description: 'File with the logo for the dark theme; unset = the same one.',
  }),
  texts: optionalText({
    env: ['OAUTH2_BRANDING_TEXTS'],
    description:
      'JSON file with words of your own for pages and letters; `grantd config texts` prints its form.',
  }),
  font: optionalText({
    env: ['OAUTH2_BRANDING_FONT'],
    shape: 'font',
    description: 'Font families as in CSS; only fonts of the visitor’s device, none is loaded.',
  }),
  radius: optionalText({
    env: ['OAUTH2_BRANDING_RADIUS'],
    shape: 'radius',
    description: 'How round fields and buttons are, 0 to 2rem, such as `0.25rem` or `6px`.',
  }),
  contrast: choice(['AA', 'AAA'], {
    env: ['OAUTH2_BRANDING_CONTRAST'],
    default: 'AA',
    description:
      'Contrast that text must have, also in accents of clients (WCAG 2.2): AA is 4.5, AAA is 7.',
  }),
  light: colours('light'),
  dark: colours('dark'),
})

export const ui = Type.Object({
  default_locale: choice(UI_LOCALES, {
    env: ['OAUTH2_UI_DEFAULT_LOCALE'],
    default: 'en',
    description:
      'Language of pages and letters where neither the request nor the account nor the browser says one.',
  }),
})
