import { formatProblems } from '../../config/format.ts'
import { describeSource } from '../../config/problem.ts'
import { formatStartError } from '../../start-error.ts'
import { command } from '../command.ts'
import { readAs } from '../effective.ts'
import { EXIT } from '../exit.ts'
import { keyProblem } from '../load-to-serve.ts'
import { CONFIG_OPTIONS, DEV_VIEW, TABLE_OR_JSON } from '../options.ts'
import { show } from '../output.ts'
import { hasColour } from '../report.ts'

export const configCheck = command({
  details:
    'Reads only the configuration. "grantd serve --check" also looks at the database and the keys.',
  options: { ...TABLE_OR_JSON, ...CONFIG_OPTIONS, ...DEV_VIEW },
  examples: ['grantd config check', 'grantd config check --config /etc/grantd/application.conf'],
  run: async (input) => {
    const { options, terminal } = input
    const { effective, problems } = readAs(options.dev ? 'dev' : 'serve', input)
    const secret = options.dev ? undefined : keyProblem(effective)
    show(terminal, options.output, {
      table: () =>
        [
          ...(problems.length === 0
            ? []
            : [formatProblems(problems, { colour: hasColour(terminal, 'data') })]),
          ...(secret === undefined ? [] : [formatStartError(secret).trimEnd()]),
        ].join('\n\n'),
      json: () => [
        ...problems.map(({ source, ...problem }) => ({
          ...problem,
          source: describeSource(source),
        })),
        ...(secret === undefined
          ? []
          : [{ severity: 'error', code: secret.code, what: secret.message, fix: secret.fix }]),
      ],
    })
    const errors =
      problems.filter(({ severity }) => severity === 'error').length +
      (secret === undefined ? 0 : 1)
    const name = options.dev ? 'grantd dev' : 'grantd serve'
    terminal.say(
      errors === 0 ? `"${name}" accepts it` : `"${name}" refuses it: ${errors} problem(s)`,
    )
    return errors === 0 ? EXIT.ok : EXIT.failed
  },
})
