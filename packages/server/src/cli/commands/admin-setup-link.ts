import { foldName } from '@grantd/domain'
import { createSetupLink, usernameProblem } from '@grantd/oauth'
import { confirm } from '../ask.ts'
import { command } from '../command.ts'
import { EXIT, usageError } from '../exit.ts'
import { DATABASE_OPTIONS, TABLE_OR_JSON, YES_OPTION } from '../options.ts'
import { fields, iso, moment, show } from '../output.ts'
import { durationSeconds } from '../parse.ts'
import { ACTOR, withTools } from '../tools.ts'

const QUARTER = 15 * 60
const DAY = 86_400

export const adminSetupLink = command({
  details: `The link opens a page that asks for a password. It works once. Without a name it is for the account of
OAUTH2_SEED_USERNAME (admin). For a name that exists it sets a new password, opens the account when it was
locked and makes it an administrator: the way back in for whoever may run commands here.`,
  args: [{ name: 'username', help: 'new or existing (default: admin)', isOptional: true }],
  options: {
    lifetime: { type: 'text', value: 'TIME', help: 'how long it works (default 15m)' },
    ...YES_OPTION,
    ...TABLE_OR_JSON,
    ...DATABASE_OPTIONS,
  },
  examples: ['grantd admin setup-link', 'grantd admin setup-link ada --lifetime 1h'],
  run: (input) => {
    const { options, terminal, args } = input
    const { lifetime: text } = options
    const lifetime = text === undefined ? QUARTER : durationSeconds(text, 'lifetime', 7 * DAY)
    return withTools(input, { writes: true }, async ({ services, settings }) => {
      const username = args[0] ?? settings.seed.username
      const problem = usernameProblem(username)
      if (problem !== undefined) throw usageError(`the username is refused: ${problem}`)
      const existing = await services.storage.users.findByLogin(foldName(username))
      if (existing !== undefined && existing.role !== 'admin') {
        const question = `${existing.username} is no administrator; the link makes one. Go on?`
        await confirm(terminal, question, options.yes)
      }
      const name = existing?.username ?? username
      const { code, link } = await createSetupLink(name, lifetime, services, ACTOR)
      const url = `${services.settings.baseUrl}/setup#${code}`
      show(terminal, options.output, {
        table: () =>
          fields([
            ['link', url],
            ['username', name],
            ['expires', moment(link.expiresAt)],
          ]),
        json: () => ({ setup_url: url, username: name, expires_at: iso(link.expiresAt) }),
      })
      terminal.say('Open it in a browser. It works once; whoever has it becomes administrator.')
      return EXIT.ok
    })
  },
})
