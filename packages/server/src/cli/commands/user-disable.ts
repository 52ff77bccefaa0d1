import { userEnabled } from '@grantd/oauth'
import { confirm } from '../ask.ts'
import { commitUser } from '../change-user.ts'
import { command } from '../command.ts'
import { EXIT } from '../exit.ts'
import { DATABASE_OPTIONS, YES_OPTION } from '../options.ts'
import { ACTOR, withTools } from '../tools.ts'
import { requireUser } from '../user-view.ts'

export const userDisable = command({
  args: [{ name: 'user', help: 'username, e-mail address or id' }],
  options: { ...YES_OPTION, ...DATABASE_OPTIONS },
  examples: ['grantd user disable ada', 'grantd user disable ada@example.com --yes'],
  run: (input) => {
    const { options, terminal, args } = input
    return withTools(input, { writes: true }, async (tools) => {
      const existing = await requireUser(args[0] ?? '', tools)
      if (!existing.isEnabled) {
        terminal.say(`${existing.username} is disabled already`)
        return EXIT.ok
      }
      await confirm(
        terminal,
        `${existing.username} can no longer sign in, and every session and token ends. Go on?`,
        options.yes,
      )
      const { changes } = await userEnabled(
        { existing, isEnabled: false, actor: ACTOR },
        tools.services,
      )
      await commitUser(changes, tools)
      terminal.say(
        `${existing.username} is disabled; undo: grantd user enable ${existing.username}`,
      )
      if (existing.role === 'admin') {
        terminal.say('This was an administrator. A way in for one: grantd admin setup-link')
      }
      return EXIT.ok
    })
  },
})
