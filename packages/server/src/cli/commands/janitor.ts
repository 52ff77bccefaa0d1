import { nowSeconds } from '@grantd/domain'
import { command } from '../command.ts'
import { EXIT } from '../exit.ts'
import { DATABASE_OPTIONS, TABLE_OR_JSON } from '../options.ts'
import { show } from '../output.ts'
import { wholeNumber } from '../parse.ts'
import { withTools } from '../tools.ts'

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
    return withTools(input, { writes: true }, async ({ services, settings }) => {
      const startedAt = performance.now()
      const batch = given ?? settings.janitor.batch
      let deleted = 0
      for (let quiet = 0; quiet < QUIET_SLICES; ) {
        const slice = await services.storage.purgeExpired(nowSeconds(services.clock), batch)
        deleted += slice
        quiet = slice === 0 ? quiet + 1 : 0
      }
      const seconds = Math.round(performance.now() - startedAt) / 1_000
      show(terminal, options.output, {
        table: () => `${deleted} expired rows deleted in ${seconds} s`,
        json: () => ({ deleted, seconds }),
      })
      return EXIT.ok
    })
  },
})
