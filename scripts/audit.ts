// Asks the registry for known flaws in what a running server loads. Ends with 1 when there are some; when nobody
// could be asked it says so and ends with 0, with `--strict` with 2: not knowing is not being clean.
import { judgeAudit } from './supply-chain/audit.ts'
import { npm } from './supply-chain/npm.ts'

const result = judgeAudit(npm(['audit', '--omit=dev', '--json']))
switch (result.verdict) {
  case 'clean':
    console.log('npm audit: no known flaw in what a server loads')
    break
  case 'vulnerable':
    console.error(result.findings.join('\n'))
    process.exitCode = 1
    break
  case 'unknown':
    console.error(`npm audit: NOT checked: ${result.reason}`)
    if (process.argv.includes('--strict')) process.exitCode = 2
}
