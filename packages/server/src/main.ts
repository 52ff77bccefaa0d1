// The `grantd` command. Start here, then cli/.
import { run } from './cli/run.ts'

process.exitCode = await run(process.argv.slice(2))
