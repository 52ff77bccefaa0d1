import { nowSeconds } from '@grantd/domain'
import { deleteUnusedClients } from '@grantd/oauth'
import { StartError } from '../../start-error.ts'
import { command } from '../command.ts'
import { EXIT } from '../exit.ts'
import { DATABASE_OPTIONS, TABLE_OR_JSON } from '../options.ts'
import { show } from '../output.ts'
import { wholeNumber } from '../parse.ts'
import type { Terminal } from '../terminal.ts'
import { ACTOR, type Tools, withTools } from '../tools.ts'

/** A slice looks at a part of each table, the oldest rows first: after a few empty ones nothing is left. */
const QUIET_SLICES = 4

export const janitor = command({
  details: `Works in small transactions, so a busy server beside it hardly notices. For servers that run with
OAUTH2_JANITOR_INTERVAL_SECS=0, for example from cron.`,
  options: {
    batch: { type: 'text', value: 'N', help: 'rows per slice (default: janitor.batch)' },
    ...TABLE_OR_JSON,
    ...DATABASE_OPTIONS,
  },
  examples: ['grantd janitor', 'grantd janitor --batch 2000'],
  run: async (input) => {
    const { options, terminal } = input
    const given =
      options.batch === undefined ? undefined : wholeNumber(options.batch, 'batch', 1, 100_000)
    return withTools(input, { writes: true }, async (tools) => {
      const { services, settings } = tools
      const startedAt = performance.now()
      const batch = given ?? settings.janitor.batch
      let deleted = 0
      for (let quiet = 0; quiet < QUIET_SLICES; ) {
        const slice = await services.storage.purgeExpired(nowSeconds(services.clock), batch)
        deleted += slice
        quiet = slice === 0 ? quiet + 1 : 0
      }
      const clients = await deleteUnusedClients(services)
      const retired = await retireKeys(tools, terminal)
      const seconds = Math.round(performance.now() - startedAt) / 1_000
      show(terminal, options.output, {
        table: () =>
          `${deleted} expired rows and ${clients} unused clients deleted, ${retired} former keys retired, in ${seconds} s`,
        json: () => ({ deleted, clients, retired, seconds }),
      })
      return EXIT.ok
    })
  },
})

/** Ends former keys that no living token needs, as the janitor of a server does. */
async function retireKeys(tools: Tools, terminal: Terminal): Promise<number> {
  try {
    const { keys } = await tools.openKeys()
    return (await keys.retireOld({ actor: ACTOR })).length
  } catch (error) {
    if (!(error instanceof StartError)) throw error
    terminal.say(`former keys are left as they are: ${error.message}`)
    return 0
  }
}
