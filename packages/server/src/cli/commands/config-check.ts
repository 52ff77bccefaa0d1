import { formatProblems } from '../../config/format.ts'
import { describeSource } from '../../config/problem.ts'
import { command } from '../command.ts'
import { readAs } from '../effective.ts'
import { EXIT } from '../exit.ts'
import { CONFIG_OPTIONS, DEV_VIEW, TABLE_OR_JSON } from '../options.ts'
import { show } from '../output.ts'
import { hasColour } from '../report.ts'

export const configCheck = command({
  options: { ...TABLE_OR_JSON, ...CONFIG_OPTIONS, ...DEV_VIEW },
  examples: ['grantd config check', 'grantd config check --config /etc/grantd/application.conf'],
  run: async (input) => {
    const { options, terminal } = input
    const { problems } = readAs(options.dev ? 'dev' : 'serve', input)
    const errors = problems.filter(({ severity }) => severity === 'error').length
    const name = options.dev ? 'grantd dev' : 'grantd serve'
    const verdict =
      errors === 0 ? `"${name}" accepts it` : `"${name}" refuses it: ${errors} problem(s)`
    if (options.output === 'json') {
      show(terminal, 'json', {
        table: () => '',
        json: () =>
          problems.map(({ source, ...problem }) => ({
            ...problem,
            source: describeSource(source),
          })),
      })
    } else if (problems.length > 0) {
      terminal.print(`${formatProblems(problems, { colour: hasColour(terminal, 'data') })}\n`)
    }
    terminal.say(verdict)
    return errors === 0 ? EXIT.ok : EXIT.failed
  },
})
