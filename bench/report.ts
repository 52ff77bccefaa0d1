// Owns: what people and programs read of a run.
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'
import path from 'node:path'
import type { CheckResult } from './checks/check.ts'
import type { Comparison } from './compare.ts'
import { placement } from './cores.ts'
import type { Finding } from './finding.ts'
import type { Options } from './options.ts'

const FOLDER = path.join(import.meta.dirname, 'results')
const ROOT = path.resolve(import.meta.dirname, '..')

export class Report {
  readonly #options: Options
  readonly #wrk: string
  readonly #startedAt = new Date()
  readonly #loadAtStart = loadavg()
  readonly #comparisons: Comparison[] = []
  readonly #checks: (CheckResult & { readonly name: string })[] = []

  constructor(options: Options, wrk: string) {
    this.#options = options
    this.#wrk = wrk
  }

  add(comparison: Comparison): void {
    this.#comparisons.push(comparison)
  }

  addCheck(name: string, result: CheckResult): void {
    this.#checks.push({ name, ...result })
  }

  get findings(): readonly Finding[] {
    return [...this.#comparisons, ...this.#checks].flatMap(({ findings }) => findings)
  }

  /** Gives the file's path. */
  write(): string {
    const stamp = this.#startedAt.toISOString().replace(/[:.]/g, '-')
    const file = path.join(FOLDER, `${this.#options.name ?? stamp}.json`)
    mkdirSync(FOLDER, { recursive: true })
    const { rounds, seconds, connections, only, quick } = this.#options
    const content = {
      format: 1,
      startedAt: this.#startedAt.toISOString(),
      endedAt: new Date().toISOString(),
      commit: commit(),
      options: { rounds, seconds, connections, only, quick },
      machine: {
        cpu: cpus()[0]?.model,
        cores: availableParallelism(),
        memoryMb: Math.round(totalmem() / 1_048_576),
        node: process.versions.node,
        platform: `${process.platform} ${process.arch}`,
        loadGenerator: this.#wrk,
        placement,
        loadAverage: { atStart: this.#loadAtStart, atEnd: loadavg() },
      },
      findings: this.findings,
      comparisons: this.#comparisons,
      checks: this.#checks,
    }
    writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`)
    return path.relative(process.cwd(), file)
  }
}

export function printComparison({ scenario, rows, ratios }: Comparison): void {
  console.log(`\n${scenario}`)
  table(
    ['', 'requests/s', 'p50 ms', 'p99 ms', 'of all', 'longest ms', 'CPU µs/request'],
    rows.map((row) => [
      row.contender,
      row.requestsPerSecond.toFixed(0),
      String(row.p50Ms),
      String(row.p99Ms),
      String(row.p99OfAllMs),
      String(row.maxMs),
      String(row.cpuMicrosPerRequest ?? '–'),
    ]),
  )
  for (const { of, to, value, lowest, highest, byCpu } of ratios) {
    const cpu = byCpu === null ? '' : `, by CPU time ${byCpu}`
    console.log(`  ${of} ÷ ${to}: ${value} (rounds ${lowest} to ${highest}${cpu})`)
  }
}

export function printFindings(findings: readonly Finding[]): void {
  console.log('')
  table(
    ['', 'figure', 'measured', 'bound', 'aim', ''],
    findings.map(({ scenario, what, value, unit, bound, aim, isMet }) => [
      scenario,
      what,
      unit === 'ratio' ? String(value) : `${value} ${unit}`,
      'atLeast' in bound ? `≥ ${bound.atLeast}` : `≤ ${bound.atMost}`,
      aim === undefined ? '' : `${aim}${value >= aim ? ' reached' : ''}`,
      isMet ? 'PASS' : 'MISS',
    ]),
  )
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  for (const row of [head, ...rows]) {
    const cells = row.map((cell, column) => cell.padEnd(widths[column] ?? 0))
    console.log(`  ${cells.join('  ').trimEnd()}`)
  }
}

function commit(): string | undefined {
  try {
    const git = (...args: string[]) =>
      execFileSync('git', args, { cwd: ROOT, stdio: 'pipe' }).toString().trim()
    const changed = git('status', '--porcelain', '--', 'packages', 'bench/*.ts') !== ''
    return `${git('rev-parse', '--short', 'HEAD')}${changed ? ' with changes' : ''}`
  } catch {
    return undefined // a copy without git
  }
}
