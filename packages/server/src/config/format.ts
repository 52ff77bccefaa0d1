import { settingByKey } from './catalog.ts'
import { type ConfigProblem, describeSource } from './problem.ts'

/** How problems are printed; colour only when the caller knows it talks to a terminal. */
export interface FormatOptions {
  readonly colour?: boolean
}

/**
 * Problems as paragraphs for a terminal: code and sentence, then where the value comes from, why it
 * is refused, how to fix it and where to read more.
 */
export function formatProblems(
  problems: readonly ConfigProblem[],
  options: FormatOptions = {},
): string {
  return problems.map((problem) => formatProblem(problem, options.colour ?? false)).join('\n\n')
}

function formatProblem(problem: ConfigProblem, colour: boolean): string {
  const { code, key, value, what, source, why, fix } = problem
  const style = colour ? (problem.severity === 'error' ? '31;1' : '33;1') : ''
  const warning = problem.severity === 'warning' ? 'warning: ' : ''
  const subject = value === undefined ? key : `${key} ${value}`
  const explain = settingByKey(key) ? `grantd config explain ${key}      ` : ''
  return [
    `${paint(code, style)}  ${warning}${subject} ${what}`,
    `  from   ${describeSource(source)}`,
    `  why    ${why}`,
    `  fix    ${fix}`,
    `  more   ${explain}docs: docs/reference/configuration.md#${code.toLowerCase()}`,
  ].join('\n')
}

function paint(text: string, style: string): string {
  return style === '' ? text : `\u001B[${style}m${text}\u001B[0m`
}
