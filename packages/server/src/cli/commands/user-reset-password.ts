import { userWithPassword } from '@grantd/oauth'
import { confirm } from '../ask.ts'
import { commitUser } from '../change-user.ts'
import { command } from '../command.ts'
import { EXIT } from '../exit.ts'
import { DATABASE_OPTIONS, TABLE_OR_JSON, YES_OPTION } from '../options.ts'
import { ACTOR, withTools } from '../tools.ts'
import { newPassword, PASSWORD_OPTIONS, requireUser, showUser } from '../user-view.ts'

export const userResetPassword = command({
  args: [{ name: 'user', help: 'username, e-mail address or id' }],
  options: { ...PASSWORD_OPTIONS, ...YES_OPTION, ...TABLE_OR_JSON, ...DATABASE_OPTIONS },
  examples: [
    'grantd user reset-password ada',
    'grantd user reset-password ada --generate --yes',
    'grantd user reset-password ada --password-stdin --yes < password.txt',
  ],
  run: (input) => {
    const { options, terminal, args } = input
    return withTools(input, { writes: true }, async (tools) => {
      const existing = await requireUser(args[0] ?? '', tools)
      const { username, role } = existing
      await confirm(
        terminal,
        `The present password of ${username} stops working, and every session and token ends. Go on?`,
        options.yes,
      )
      const { password, generated } = await newPassword(options, username, terminal)
      const { user, changes } = await userWithPassword(
        { existing, username, role, password, actor: ACTOR },
        tools.services,
      )
      // Failed guesses at the former password must not keep the owner of the new one out.
      const clear = { kind: 'throttle.clear', key: `account:${existing.usernameKey}` } as const
      await commitUser([...changes, clear], tools)
      showUser(user, generated, { terminal, output: options.output })
      return EXIT.ok
    })
  },
})
