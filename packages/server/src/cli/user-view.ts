// Owns: how accounts look in the output of commands, finding them, and passwords for them.
import { foldName, parseId, systemRandom, type User, type UserId } from '@grantd/domain'
import { passwordProblem } from '@grantd/oauth'
import { askNewPassword, readSecret } from './ask.ts'
import { notFound, usageError } from './exit.ts'
import { fields, iso, moment, show, table } from './output.ts'
import type { Terminal } from './terminal.ts'
import type { Tools } from './tools.ts'

/** By username, e-mail address or id. */
export async function requireUser(name: string, { services }: Tools): Promise<User> {
  const { users } = services.storage
  const id = parseId<UserId>(name)
  const user =
    (await users.findByLogin(foldName(name))) ??
    (id === undefined ? undefined : await users.find(id))
  if (user !== undefined) return user
  throw notFound(`there is no user ${JSON.stringify(name)}`, 'see them all: grantd user list')
}

export function userTable(users: readonly User[]): string {
  return table(
    ['USERNAME', 'ROLE', 'STATE', 'CREATED', 'E-MAIL', 'ID'],
    users.map((user) => [
      user.username,
      user.role,
      stateOf(user),
      iso(user.createdAt),
      user.email ?? '-',
      user.id,
    ]),
  )
}

export function userFields(user: User, password?: string): string {
  return fields([
    ['username', user.username],
    ['password', password],
    ['e-mail', user.email],
    ['role', user.role],
    ['state', stateOf(user)],
    ['id', user.id],
    ['created', moment(user.createdAt)],
  ])
}

/** Shows the account, and a password that was generated just now. */
export function showUser(
  user: User,
  generated: string | undefined,
  { terminal, output }: { readonly terminal: Terminal; readonly output: string | undefined },
): void {
  show(terminal, output, {
    table: () => userFields(user, generated),
    json: () => userJson(user, generated),
  })
  if (generated !== undefined)
    terminal.say('Keep the password now: it is stored as a hash and cannot be shown again.')
}

/** The password only when it was generated just now. */
export function userJson(user: User, password?: string): object {
  return {
    id: user.id,
    username: user.username,
    ...(password !== undefined && { password }),
    email: user.email ?? null,
    role: user.role,
    is_enabled: user.isEnabled,
    has_password: user.passwordHash !== undefined,
    created_at: iso(user.createdAt),
  }
}

export const PASSWORD_OPTIONS = {
  generate: { type: 'flag', help: 'make a password and show it once' },
  'password-stdin': { type: 'flag', help: 'read the password from stdin' },
} as const

/** A new password as the options say: generated, from a pipe, or asked for. */
export async function newPassword(
  options: { readonly generate: boolean; readonly 'password-stdin': boolean },
  username: string,
  terminal: Terminal,
): Promise<{ readonly password: string; readonly generated: string | undefined }> {
  if (options.generate && options['password-stdin'])
    throw usageError('--generate and --password-stdin contradict')
  if (options.generate) {
    const generated = systemRandom.base64url(15)
    return { password: generated, generated }
  }
  const problemOf = (password: string) => passwordProblem(password, username)
  if (!options['password-stdin']) {
    return { password: await askNewPassword(terminal, problemOf), generated: undefined }
  }
  const password = await readSecret(terminal, 'Password')
  const problem = problemOf(password)
  if (problem !== undefined) throw usageError(`the password is refused: ${problem}`)
  return { password, generated: undefined }
}

function stateOf(user: User): string {
  if (!user.isEnabled) return 'disabled'
  return user.passwordHash === undefined ? 'no password' : 'enabled'
}
