import type { Change, User } from '@grantd/domain'
import type { Params } from '../params.ts'
import { guarded, type Recipes, required, write } from '../recipe.ts'

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
      db
        .selectFrom('users')
        .select('id')
        .where(
          'id',
          '=',
          p.bytes((c) => c.id),
        )
        .where('is_enabled', '=', 1),
    ),
  ],
} satisfies Partial<Recipes>
