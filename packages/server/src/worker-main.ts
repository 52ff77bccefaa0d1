// One of several processes of `grantd serve`; cli/cluster/primary.ts starts it, nobody by hand.
import { runWorker } from './cli/cluster/worker.ts'

// The channel to the primary would keep the process alive.
process.exit(await runWorker())
