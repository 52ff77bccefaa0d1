import { userEnabled } from '@grantd/oauth'
import { commitUser } from '../change-user.ts'
import { command } from '../command.ts'
import { EXIT } from '../exit.ts'
import { DATABASE_OPTIONS } from '../options.ts'
import { ACTOR, withTools } from '../tools.ts'
import { requireUser } from '../user-view.ts'

export const userEnable = command({
  args: [{ name: 'user', help: 'username, e-mail address or id' }],
  options: DATABASE_OPTIONS,
  examples: ['grantd user enable ada'],
  run: (input) => {
    const { terminal, args } = input
    return withTools(input, { writes: true }, async (tools) => {
      const existing = await requireUser(args[0] ?? '', tools)
      if (existing.isEnabled) {
        terminal.say(`${existing.username} is enabled already`)
        return EXIT.ok
      }
      const { changes } = await userEnabled(
        { existing, isEnabled: true, actor: ACTOR },
        tools.services,
      )
      await commitUser(changes, tools)
      terminal.say(`${existing.username} is enabled`)
      return EXIT.ok
    })
  },
})
