import { factorReset } from '@grantd/oauth'
import { confirm } from '../ask.ts'
import { commitUser } from '../change-user.ts'
import { command } from '../command.ts'
import { EXIT } from '../exit.ts'
import { DATABASE_OPTIONS, YES_OPTION } from '../options.ts'
import { ACTOR, withTools } from '../tools.ts'
import { requireUser } from '../user-view.ts'

export const userResetFactors = command({
  details: `For somebody who lost the authenticator app, the passkeys and the recovery codes. Make sure that it is
really them: afterwards the password alone is enough, until they set up a factor again.`,
  args: [{ name: 'user', help: 'username, e-mail address or id' }],
  options: { ...YES_OPTION, ...DATABASE_OPTIONS },
  examples: ['grantd user reset-factors ada', 'grantd user reset-factors ada@example.com --yes'],
  run: (input) => {
    const { options, terminal, args } = input
    return withTools(input, { writes: true }, async (tools) => {
      const existing = await requireUser(args[0] ?? '', tools)
      if (tools.services.settings.mailIsOn) tools.requireEncryptionKey() // a waiting letter is sealed
      const { hasTotp, passkeys, changes } = await factorReset(
        { existing, actor: ACTOR },
        tools.services,
      )
      if (changes.length === 0) {
        terminal.say(`${existing.username} has no second factor`)
        return EXIT.ok
      }
      const what = [
        ...(hasTotp ? ['the authenticator app'] : []),
        ...(passkeys > 0 ? [`${passkeys} passkey(s)`] : []),
        'the recovery codes',
      ].join(', ')
      const hasPassword = existing.passwordHash !== undefined
      const enough = hasPassword
        ? 'The password alone is then enough.'
        : 'There is no password: only linked logins are left to sign in with.'
      await confirm(
        terminal,
        `${existing.username} loses ${what}, and every session ends. ${enough} Go on?`,
        options.yes,
      )
      await commitUser(changes, tools)
      terminal.say(
        hasPassword
          ? `${existing.username} signs in with the password alone now`
          : `${existing.username} has no password; set one: grantd user reset-password ${existing.username}`,
      )
      if (existing.role === 'admin' && tools.services.settings.adminsNeedSecondFactor)
        terminal.say('An administrator: the next sign-in sets up an authenticator app')
      return EXIT.ok
    })
  },
})
