import { SETTINGS, type Setting, typeText } from './catalog.ts'
import { defaultText } from './explain.ts'
import { NOT_AVAILABLE } from './not-available.ts'
import { CONFIG_CODES } from './problem.ts'

const INTRODUCTION = `# Configuration reference

<!-- Generated from packages/server/src/config by scripts/config-reference.ts. Do not edit. -->

Values are taken from, weakest first: the defaults below, \`application.conf\` (HOCON; another path with
\`--config\` or \`OAUTH2_CONFIG\`), environment variables, flags. \`grantd dev\` also reads \`.env\` in the working
folder for variables that the process does not have. An empty value counts as not set.

- A secret can also be read from a file: set \`<NAME>_FILE\` to its path; one line end at its end is removed.
- Settings in seconds or hours also accept durations such as \`"15 minutes"\`, \`"12h"\`, \`"30 days"\`.
- Lists are HOCON arrays, or texts separated by commas or whitespace.
- Booleans are \`true\`/\`false\`, also \`1\`/\`0\`, \`yes\`/\`no\`, \`on\`/\`off\`.
- Keys and \`OAUTH2_*\` names that are not listed here stop the start, with a suggestion.
- \`include "other.conf"\` reads files beside or below the file that includes them; anything else needs an
  absolute path. \`\${NAME}\` and \`\${?NAME}\` read other keys, then environment variables; \`\${?NAME[]}\` reads
  \`NAME_0\`, \`NAME_1\`, … as a list.

\`grantd config explain KEY\` shows one setting with its present value and source.
`

/** The whole of docs/reference/configuration.md. */
export function configurationReference(): string {
  const sections = Map.groupBy(SETTINGS, ({ key }) =>
    key.includes('.') ? key.split('.')[0] : 'general',
  )
  const parts = [...sections].map(
    ([name, settings]) => `## ${name}\n\n${settingsTable(settings)}\n`,
  )
  return [INTRODUCTION, ...parts, notAvailableSection(), errorsSection()].join('\n')
}

function settingsTable(settings: readonly Setting[]): string {
  return table(
    ['Key', 'Environment', 'Type', 'Default', 'Meaning'],
    settings.map((setting) => [
      code(setting.key),
      setting.env.map(code).join('<br>'),
      `${typeText(setting)}${setting.secret ? ', secret' : ''}`,
      defaultCell(setting),
      setting.description,
    ]),
  )
}

function defaultCell(setting: Setting): string {
  if (setting.defaultText !== undefined) return setting.defaultText
  if (setting.default === undefined) return '-'
  if (!Array.isArray(setting.default)) return code(defaultText(setting))
  return setting.default.length === 0 ? 'empty' : setting.default.map(code).join(', ')
}

function notAvailableSection(): string {
  const rows = NOT_AVAILABLE.map(({ key, env = [], instead }) => [
    key === undefined ? '-' : code(key),
    env.map(code).join('<br>') || '-',
    instead ?? 'remove it',
  ])
  const why = 'Known names that this version does not have; setting one stops the start.'
  return `## Not available in this version\n\n${why}\n\n${table(['Key', 'Environment', 'Instead'], rows)}\n`
}

function errorsSection(): string {
  const entries = Object.entries(CONFIG_CODES).map(
    ([name, text]) => `### ${name}\n\n${sentence(text)}\n`,
  )
  return `## Errors\n\nAll problems are reported at once. The codes are stable.\n\n${entries.join('\n')}`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

function code(text: string): string {
  return `\`${text}\``
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}
