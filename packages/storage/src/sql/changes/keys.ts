import { bumpVersion, guarded, type Recipes, write } from '../recipe.ts'

export const keyChanges = {
  'key.insert': (db, p) => [
    write(
      db.insertInto('signing_keys').values({
        kid: p.value((c) => c.key.kid),
        algorithm: p.value((c) => c.key.algorithm),
        state: p.value((c) => c.key.state),
        public_jwk: p.value((c) => c.key.publicJwk),
        sealed_private_key: p.value((c) => c.key.sealedPrivateKey),
        created_at: p.value((c) => c.key.createdAt),
        state_changed_at: p.value((c) => c.key.stateChangedAt),
      }),
    ),
    bumpVersion(db, 'keys'),
  ],
  'key.transition': (db, p) => [
    guarded(
      db
        .updateTable('signing_keys')
        .set({ state: p.value((c) => c.to), state_changed_at: p.value((c) => c.at) })
        .where(
          'kid',
          '=',
          p.value((c) => c.kid),
        )
        .where(
          'state',
          '=',
          p.value((c) => c.from),
        ),
    ),
    bumpVersion(db, 'keys'),
  ],
} satisfies Partial<Recipes>
