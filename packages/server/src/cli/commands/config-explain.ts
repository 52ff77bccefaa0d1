import { explainSetting, formatExplanation } from '../../config/explain.ts'
import { command } from '../command.ts'
import { readAsTools } from '../effective.ts'
import { EXIT, notFound } from '../exit.ts'
import { CONFIG_OPTIONS, DEV_VIEW, TABLE_OR_JSON } from '../options.ts'
import { show } from '../output.ts'

export const configExplain = command({
  args: [
    { name: 'key', help: 'a key such as server.port, or a variable such as OAUTH2_SERVER_PORT' },
  ],
  options: { ...TABLE_OR_JSON, ...CONFIG_OPTIONS, ...DEV_VIEW },
  examples: ['grantd config explain server.port', 'grantd config explain OAUTH2_PUBLIC_URL'],
  run: async (input) => {
    const { options, terminal, args } = input
    const result = explainSetting(args[0] ?? '', (await readAsTools(input)).effective)
    if (!result.found) {
      const fix = result.suggestion === undefined ? undefined : `did you mean ${result.suggestion}?`
      throw notFound(result.reason, fix ?? 'see them all: grantd config print')
    }
    const { explanation } = result
    show(terminal, options.output, {
      table: () => formatExplanation(explanation),
      json: () => ({ ...explanation, value: explanation.value ?? null }),
    })
    return EXIT.ok
  },
})
