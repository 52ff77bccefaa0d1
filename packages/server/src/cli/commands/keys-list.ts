import { command } from '../command.ts'
import { EXIT } from '../exit.ts'
import { DATABASE_OPTIONS, TABLE_OR_JSON } from '../options.ts'
import { iso, moment, show, table } from '../output.ts'
import { withTools } from '../tools.ts'

export const keysList = command({
  details: `next: published, signs nothing yet. active: signs. retiring: published for verifiers only. retired: gone
from the JWKS.`,
  options: { ...TABLE_OR_JSON, ...DATABASE_OPTIONS },
  examples: ['grantd keys list', 'grantd keys list --output json'],
  run: (input) => {
    const { options, terminal } = input
    return withTools(input, { writes: false }, async ({ services }) => {
      const keys = await services.storage.keys.list()
      show(terminal, options.output, {
        table: () =>
          table(
            ['KID', 'ALGORITHM', 'STATE', 'SINCE', 'CREATED'],
            keys.map((key) => [
              key.kid,
              key.algorithm,
              key.state,
              moment(key.stateChangedAt),
              iso(key.createdAt),
            ]),
          ),
        json: () =>
          keys.map((key) => ({
            kid: key.kid,
            algorithm: key.algorithm,
            state: key.state,
            state_changed_at: iso(key.stateChangedAt),
            created_at: iso(key.createdAt),
            public_jwk: JSON.parse(key.publicJwk),
          })),
      })
      if (keys.length === 0) terminal.say('none yet: the first start makes them')
      return EXIT.ok
    })
  },
})
