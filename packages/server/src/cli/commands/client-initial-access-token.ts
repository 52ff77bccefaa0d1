import { createInitialAccessToken } from '@grantd/oauth'
import { command } from '../command.ts'
import { EXIT } from '../exit.ts'
import { DATABASE_OPTIONS, TABLE_JSON_OR_ENV } from '../options.ts'
import { fields, iso, moment, show } from '../output.ts'
import { durationSeconds, wholeNumber } from '../parse.ts'
import { ACTOR, withTools } from '../tools.ts'

const DAY = 86_400

export const clientInitialAccessToken = command({
  details: `For POST /connect/register where registration is not open:
  curl … -H "Authorization: Bearer $OIDC_INITIAL_ACCESS_TOKEN"`,
  options: {
    uses: { type: 'text', value: 'N', help: 'how many clients (default 1)' },
    lifetime: { type: 'text', value: 'TIME', help: 'how long it works (default 1d)' },
    ...TABLE_JSON_OR_ENV,
    ...DATABASE_OPTIONS,
  },
  examples: [
    'grantd client initial-access-token',
    'grantd client initial-access-token --uses 10 --lifetime 7d --output env',
  ],
  run: async (input) => {
    const { options, terminal } = input
    const { uses: usesText, lifetime: lifetimeText } = options
    const uses = usesText === undefined ? 1 : wholeNumber(usesText, 'uses', 1, 10_000)
    const lifetime =
      lifetimeText === undefined ? DAY : durationSeconds(lifetimeText, 'lifetime', 365 * DAY)
    return withTools(input, { writes: true }, async ({ services }) => {
      const made = await createInitialAccessToken({ uses, lifetime, actor: ACTOR }, services)
      const value = made.secret.reveal()
      const endpoint = `${services.settings.baseUrl}/connect/register`
      show(terminal, options.output, {
        table: () =>
          fields([
            ['token', value],
            ['uses', String(uses)],
            ['expires', moment(made.token.expiresAt)],
            ['endpoint', endpoint],
          ]),
        json: () => ({
          initial_access_token: value,
          uses,
          expires_at: iso(made.token.expiresAt),
          registration_endpoint: endpoint,
        }),
        env: () => ({ OIDC_INITIAL_ACCESS_TOKEN: value, OIDC_REGISTRATION_ENDPOINT: endpoint }),
      })
      terminal.say('Keep the token now: it is stored as a hash and cannot be shown again.')
      return EXIT.ok
    })
  },
})
