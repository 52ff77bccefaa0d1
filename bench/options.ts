import { parseArgs } from 'node:util'

export interface Options {
  readonly rounds: number
  readonly seconds: number
  readonly connections: number
  /** Scenarios and checks whose name contains one of these; empty means all. */
  readonly only: readonly string[]
  readonly quick: boolean
  readonly name: string | undefined
}

export const HELP = `Measures grantd against the bounds it promises. Needs wrk (apt-get install wrk); takes 30 minutes.

  npm run bench -- [options]

  --rounds N        rounds per comparison, at least 7 for a figure worth keeping (default 9)
  --seconds N       seconds of load per contender and round (default 1)
  --connections N   keep-alive connections (default 64)
  --only A,B        only scenarios and checks whose name contains A or B ("soak", half an hour, runs only so)
  --quick           3 rounds, short checks, fewer rows: does everything still run? (2 minutes)
  --name NAME       write bench/results/NAME.json instead of a name made of the time
  --list            names of all scenarios and checks
  --help            this text

Exit code 0 when every bound is met, 1 when one is missed, 2 when nothing could be measured.
`

/** Throws a text for the person who typed it. */
export function readOptions(args: readonly string[]): Options | 'help' | 'list' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      connections: { type: 'string' },
      only: { type: 'string' },
      quick: { type: 'boolean' },
      name: { type: 'string' },
      list: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  })
  if (values.help) return 'help'
  if (values.list) return 'list'
  const quick = values.quick === true
  if (values.name !== undefined && !/^[\w.-]+$/.test(values.name)) {
    throw new Error('--name may have letters, digits, dots, dashes and underscores')
  }
  return {
    rounds: wholeNumber('--rounds', values.rounds, quick ? 3 : 9),
    seconds: wholeNumber('--seconds', values.seconds, 1),
    connections: wholeNumber('--connections', values.connections, 64),
    only: values.only?.split(',').filter((part) => part !== '') ?? [],
    quick,
    name: values.name,
  }
}

export function isChosen(
  { name, byNameOnly }: { readonly name: string; readonly byNameOnly?: true },
  { only }: Pick<Options, 'only'>,
): boolean {
  if (byNameOnly === true) return only.includes(name)
  return only.length === 0 || only.some((part) => name.includes(part))
}

function wholeNumber(option: string, text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback
  const value = Number(text)
  if (Number.isInteger(value) && value >= 1 && value <= 10_000) return value
  throw new Error(`${option} takes a whole number from 1 to 10000, not "${text}"`)
}
