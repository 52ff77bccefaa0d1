import { guarded, idOf, type Recipes, write } from '../recipe.ts'

/** Things that can be used once or a few times: replay marks, registration tokens, set-up links. */
export const oneTimeChanges = {
  'once.use': (db, p) => [
    guarded(
      db
        .insertInto('used_once')
        .values({
          purpose: p.value((c) => c.purpose),
          id: p.value((c) => c.id),
          expires_at: p.value((c) => c.expiresAt),
        })
        .onConflict((conflict) => conflict.columns(['purpose', 'id']).doNothing()),
    ),
  ],
  'initialAccessToken.insert': (db, p) => [
    write(
      db.insertInto('initial_access_tokens').values({
        id: p.bytes((c) => c.token.id),
        secret_hash: p.bytes((c) => c.token.secretHash),
        uses_left: p.value((c) => c.token.usesLeft),
        created_at: p.value((c) => c.token.createdAt),
        expires_at: p.value((c) => c.token.expiresAt),
      }),
    ),
  ],
  'initialAccessToken.use': (db, p) => [
    guarded(
      db
        .updateTable('initial_access_tokens')
        .set((eb) => ({ uses_left: eb('uses_left', '-', 1) }))
        .where('id', '=', idOf(p))
        .where('uses_left', '>', 0)
        .where(
          'expires_at',
          '>',
          p.value((c) => c.at),
        ),
    ),
  ],
  'setupLink.insert': (db, p) => [
    write(
      db.insertInto('setup_links').values({
        id: p.bytes((c) => c.link.id),
        secret_hash: p.bytes((c) => c.link.secretHash),
        username: p.value((c) => c.link.username),
        created_at: p.value((c) => c.link.createdAt),
        expires_at: p.value((c) => c.link.expiresAt),
        used_at: p.valueOrNull((c) => c.link.usedAt),
      }),
    ),
  ],
  'setupLink.use': (db, p) => [
    guarded(
      db
        .updateTable('setup_links')
        .set({ used_at: p.value((c) => c.at) })
        .where('id', '=', idOf(p))
        .where('used_at', 'is', null)
        .where(
          'expires_at',
          '>',
          p.value((c) => c.at),
        ),
    ),
  ],
} satisfies Partial<Recipes>
