import type { User, UserId } from '@grantd/domain'
import { orUndefined, read, recordOf, textOf } from '../read.ts'
import type { UserRow } from '../schema.ts'

export function userOf(row: UserRow): User {
  return Object.freeze({
    id: textOf(row.id),
    username: row.username,
    usernameKey: row.username_key,
    email: orUndefined(row.email),
    emailKey: orUndefined(row.email_key),
    passwordHash: orUndefined(row.password_hash),
    role: row.role,
    claims: recordOf(row.claims),
    isEnabled: row.is_enabled === 1,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    version: row.version,
  })
}

export const findUser = read<UserId>()((db, p) => {
  const id = p.bytes((key) => key)
  return db.selectFrom('users').selectAll().where('id', '=', id)
}, userOf)

/** A username goes before an e-mail address: nobody takes over a name by entering it as an address. */
export const findUserByLogin = read<string>()((db, p) => {
  const key = p.value((login) => login)
  return db
    .selectFrom('users')
    .selectAll()
    .where((eb) => eb.or([eb('username_key', '=', key), eb('email_key', '=', key)]))
    .orderBy((eb) => eb('username_key', '=', key), 'desc')
    .limit((eb) => eb.lit(1))
}, userOf)
