import type { Change, User } from '@grantd/domain'
import type { Params } from '../params.ts'
import { type Builder, guarded, idOf, type Recipes, required, write } from '../recipe.ts'

type Writes = Extract<Change, { user: User }>

const fields = (p: Params<Writes>) => ({
  username: p.value((c) => c.user.username),
  username_key: p.value((c) => c.user.usernameKey),
  email: p.valueOrNull((c) => c.user.email),
  email_key: p.valueOrNull((c) => c.user.emailKey),
  password_hash: p.valueOrNull((c) => c.user.passwordHash),
  role: p.value((c) => c.user.role),
  claims: p.recordOrNull((c) => c.user.claims),
  is_enabled: p.flag((c) => c.user.isEnabled),
  updated_at: p.value((c) => c.user.updatedAt),
  version: p.value((c) => c.user.version),
})

export const userChanges = {
  'user.insert': (db, p) => [
    write(
      db.insertInto('users').values({
        id: p.bytes((c) => c.user.id),
        created_at: p.value((c) => c.user.createdAt),
        ...fields(p),
      }),
    ),
  ],
  'user.update': (db, p) => [
    guarded(
      db
        .updateTable('users')
        .set(fields(p))
        .where(
          'id',
          '=',
          p.bytes((c) => c.user.id),
        )
        .where(
          'version',
          '=',
          p.value((c) => c.user.version - 1),
        ),
    ),
  ],
  'user.requireActive': (db, p) => [
    required(
      db.selectFrom('users').select('id').where('id', '=', idOf(p)).where('is_enabled', '=', 1),
    ),
  ],
  'user.delete': (db, p) => {
    const userId = p.bytes((c) => c.userId)
    const theirs = [
      'passkeys',
      'totp_seeds',
      'recovery_codes',
      'upstream_identities',
      'tickets',
      'sessions',
      'consents',
    ] as const
    return [
      guarded(db.deleteFrom('users').where('id', '=', userId)),
      ...theirs.map((table) => write(ofUser(db, table).where('user_id', '=', userId))),
      write(
        db
          .updateTable('token_families')
          .set({ revoked_at: p.value((c) => c.at) })
          .where('user_id', '=', userId)
          .where('revoked_at', 'is', null),
      ),
    ]
  },
} satisfies Partial<Recipes>

type OfUser =
  | 'passkeys'
  | 'totp_seeds'
  | 'recovery_codes'
  | 'upstream_identities'
  | 'tickets'
  | 'sessions'
  | 'consents'

/** All of them have a `user_id`; for the builder they are typed as one. */
const ofUser = (db: Builder, table: OfUser) => db.deleteFrom(table as 'sessions')
