import { formatProblems } from '../../config/format.ts'
import { effectiveJson, effectiveRows, formatRows } from '../../config/print.ts'
import { command } from '../command.ts'
import { readAsTools } from '../effective.ts'
import { EXIT } from '../exit.ts'
import { CONFIG_OPTIONS, DEV_VIEW, TABLE_OR_JSON } from '../options.ts'
import { show } from '../output.ts'
import { hasColour } from '../report.ts'

export const configPrint = command({
  options: { ...TABLE_OR_JSON, ...CONFIG_OPTIONS, ...DEV_VIEW },
  examples: ['grantd config print', 'grantd config print --dev --output json'],
  run: async (input) => {
    const { options, terminal } = input
    const { effective, problems } = await readAsTools(input)
    const rows = effectiveRows(effective)
    show(terminal, options.output, {
      table: () => formatRows(rows),
      json: () => effectiveJson(rows),
    })
    const errors = problems.filter(({ severity }) => severity === 'error')
    if (errors.length === 0) return EXIT.ok
    terminal.say(`\n${formatProblems(errors, { colour: hasColour(terminal) })}`)
    return EXIT.failed
  },
})
