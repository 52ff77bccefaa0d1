// Owns: how a server is killed, how often, and in what order.

export interface Kill {
  readonly name: string
  /** `at start`: before it is ready. `under load`: while the mixed load runs. */
  readonly when: 'at start' | 'under load'
  /** The instruction for failpoints.ts; absent when the harness kills from outside. */
  readonly failpoint?: string
  /** Kills from outside after so many acknowledgements; at a random moment when absent. */
  readonly acknowledgements?: number
}

/** Points that only a new database passes; each is the first kill of its database. */
const FIRST_START = [
  'migration-history-made',
  'migration-file-applied',
  'migration-before-commit',
  'migration-after-commit',
  // The first transaction of the writer stores the first signing key.
  'before-commit',
  'after-commit',
] as const

/** Points under load, and how late the latest of them may strike. */
const UNDER_LOAD: readonly (readonly [point: string, latest: number])[] = [
  ['before-begin', 60],
  ['after-begin', 60],
  ['between-statements', 300],
  ['before-commit', 60],
  ['after-commit', 60],
  ['before-response', 120],
  ['in-purge', 3],
]

const upTo = (most: number) => 1 + Math.floor(Math.random() * most)

const atRandom: Kill = { name: 'at random', when: 'under load' }
const whileStarting: Kill = { name: 'while starting', when: 'at start' }
const inCheckpoint: Kill = { name: 'in-checkpoint', when: 'under load' }

const atPoint = ([point, latest]: readonly [string, number]): Kill => ({
  name: point,
  when: 'under load',
  failpoint: `${point}#${upTo(latest)}`,
})

/** One database's share: two kills of a first start, then points and random moments by turns. */
export function killsOfSite(site: number, count: number): Kill[] {
  const first = [0, 1].map((n): Kill => {
    const point = FIRST_START[(2 * site + n) % FIRST_START.length]
    return { name: point ?? 'before-commit', when: 'at start', failpoint: `${point}#1` }
  })
  const rest = Array.from({ length: Math.max(0, count - first.length) }, (_, n): Kill => {
    if (n % 2 === 0) return n % 8 === 0 ? whileStarting : atRandom
    const turn = Math.floor(n / 2) % (UNDER_LOAD.length + 1)
    const point = UNDER_LOAD[turn]
    return point === undefined ? inCheckpoint : atPoint(point)
  })
  return [...first, ...rest].slice(0, count)
}
