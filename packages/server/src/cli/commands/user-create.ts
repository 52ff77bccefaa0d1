import { foldName } from '@grantd/domain'
import { emailProblem, usernameProblem, userWithPassword } from '@grantd/oauth'
import { command } from '../command.ts'
import { conflict, EXIT, usageError } from '../exit.ts'
import { DATABASE_OPTIONS, TABLE_OR_JSON } from '../options.ts'
import { ACTOR, type Tools, withTools } from '../tools.ts'
import { newPassword, PASSWORD_OPTIONS, showUser } from '../user-view.ts'

export const userCreate = command({
  details: `A password is never an argument: every process of the machine can read those. It needs 12 characters, no
more rules. For the first administrator "grantd admin setup-link" is the better way.`,
  args: [{ name: 'username', help: 'what the person types to sign in' }],
  options: {
    email: { type: 'text', value: 'ADDRESS', help: 'also good to sign in with' },
    role: {
      type: 'text',
      value: 'ROLE',
      words: ['user', 'admin'],
      help: 'user (default) or admin',
    },
    ...PASSWORD_OPTIONS,
    ...TABLE_OR_JSON,
    ...DATABASE_OPTIONS,
  },
  examples: [
    'grantd user create ada --email ada@example.com',
    'grantd user create ada --generate --output json',
    'grantd user create ada --password-stdin < password.txt',
  ],
  run: async (input) => {
    const { options, terminal, args } = input
    const username = args[0] ?? ''
    const { email } = options
    const nameProblem = usernameProblem(username)
    if (nameProblem !== undefined) throw usageError(`the username is refused: ${nameProblem}`)
    const problem = email === undefined ? undefined : emailProblem(email)
    if (problem !== undefined) throw usageError(`--email is refused: ${problem}`)
    return withTools(input, { writes: true }, async (tools) => {
      await requireFree([username, email], tools)
      const { password, generated } = await newPassword(options, username, terminal)
      const role = options.role === 'admin' ? 'admin' : 'user'
      const { user, changes } = await userWithPassword(
        { existing: undefined, username, email, role, password, actor: ACTOR },
        tools.services,
      )
      await tools.services.storage.commit(changes)
      showUser(user, generated, { terminal, output: options.output })
      return EXIT.ok
    })
  },
})

/** A name must lead to one account, be it typed as username or as e-mail address. */
async function requireFree(names: readonly (string | undefined)[], tools: Tools): Promise<void> {
  for (const name of names) {
    if (name === undefined) continue
    const other = await tools.services.storage.users.findByLogin(foldName(name))
    if (other === undefined) continue
    throw conflict(
      `${JSON.stringify(name)} already leads to the account ${other.username}`,
      'see: grantd user list',
    )
  }
}
