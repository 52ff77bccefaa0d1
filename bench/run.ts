// `npm run bench`: every comparison and check, one table, one report. Start here, then scenarios.ts.
import { CHECKS } from './checks/all.ts'
import { compare } from './compare.ts'
import { wrkVersion } from './load.ts'
import { HELP, isChosen, type Options, readOptions } from './options.ts'
import { printComparison, printFindings, Report } from './report.ts'
import { SCENARIOS } from './scenarios.ts'

const MISSED = 1
const NOT_MEASURED = 2

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args)
  if (options === 'help') {
    process.stdout.write(HELP)
    return 0
  }
  if (options === 'list') {
    for (const { name } of [...SCENARIOS, ...CHECKS]) console.log(name)
    return 0
  }
  const wrk = wrkVersion()
  if (wrk === undefined) {
    throw new Error('wrk is not installed; on Debian: apt-get install wrk')
  }
  return measure(options, wrk)
}

async function measure(options: Options, wrk: string): Promise<number> {
  const report = new Report(options, wrk)
  const scenarios = SCENARIOS.filter((scenario) => isChosen(scenario, options))
  const checks = CHECKS.filter((check) => isChosen(check, options))
  if (scenarios.length + checks.length === 0) {
    throw new Error('--only names no scenario; --list shows them')
  }
  for (const scenario of scenarios) {
    const comparison = await compare(scenario, options)
    printComparison(comparison)
    report.add(comparison)
  }
  for (const check of checks) {
    console.log(`\n${check.name} …`)
    report.addCheck(check.name, await check.run(options))
  }
  printFindings(report.findings)
  console.log(`\nReport: ${report.write()}`)
  return report.findings.every(({ isMet }) => isMet) ? 0 : MISSED
}

process.on('SIGINT', () => process.exit(NOT_MEASURED))
try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = NOT_MEASURED
}
