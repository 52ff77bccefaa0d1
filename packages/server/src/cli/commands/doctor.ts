import { command } from '../command.ts'
import { examine } from '../doctor/examine.ts'
import { DOCTOR_CHECKS } from '../doctor/registry.ts'
import { EXIT } from '../exit.ts'
import { DATABASE_OPTIONS, PORT_OPTION, TABLE_OR_JSON } from '../options.ts'
import { show } from '../output.ts'

export const doctor = command({
  details: 'Changes nothing. Works beside a running server and without one.',
  options: { ...TABLE_OR_JSON, ...PORT_OPTION, ...DATABASE_OPTIONS },
  examples: ['grantd doctor', 'grantd doctor --config /etc/grantd/application.conf --output json'],
  run: async (input) => {
    const { options, terminal } = input
    const findings = await examine(input, DOCTOR_CHECKS)
    const styles = { ok: 'green', warn: 'yellow', fail: 'red', skip: 'dim' } as const
    const width = Math.max(...findings.map(({ check }) => check.length))
    show(terminal, options.output, {
      table: () =>
        findings
          .flatMap(({ status, check, detail, fix }) => [
            `${terminal.paint(styles[status], status.padEnd(4), 'data')}  ${check.padEnd(width)}  ${detail}`,
            ...(fix === undefined ? [] : [`${' '.repeat(width + 8)}fix: ${fix}`]),
          ])
          .join('\n'),
      json: () => findings,
    })
    const count = (wanted: string) => findings.filter(({ status }) => status === wanted).length
    const [fails, warns] = [count('fail'), count('warn')]
    terminal.say(fails + warns === 0 ? '\nall is well' : `\n${fails} failed, ${warns} to look at`)
    return fails === 0 ? EXIT.ok : EXIT.failed
  },
})
