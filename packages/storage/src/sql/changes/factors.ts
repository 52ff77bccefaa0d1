import { guarded, idOf, type Recipes, write } from '../recipe.ts'

/** Passkeys, authenticator apps and recovery codes of an account. */
export const factorChanges = {
  'passkey.insert': (db, p) => [
    write(
      db.insertInto('passkeys').values({
        id: p.bytes((c) => c.passkey.id),
        credential_id: p.value((c) => c.passkey.credentialId),
        user_id: p.bytes((c) => c.passkey.userId),
        public_key: p.value((c) => c.passkey.publicKey),
        counter: p.value((c) => c.passkey.counter),
        transports: p.listOrNull((c) => c.passkey.transports),
        name: p.value((c) => c.passkey.name),
        is_backed_up: p.flag((c) => c.passkey.isBackedUp),
        created_at: p.value((c) => c.passkey.createdAt),
        last_used_at: p.valueOrNull((c) => c.passkey.lastUsedAt),
      }),
    ),
  ],
  'passkey.used': (db, p) => {
    const id = idOf(p)
    const seen = p.value((c) => c.counterSeen)
    const fields = {
      counter: p.value((c) => c.counter),
      is_backed_up: p.flag((c) => c.isBackedUp),
      last_used_at: p.value((c) => c.at),
    }
    return [
      guarded(
        db.updateTable('passkeys').set(fields).where('id', '=', id).where('counter', '=', seen),
      ),
    ]
  },
  'passkey.rename': (db, p) => {
    const id = idOf(p)
    const userId = p.bytes((c) => c.userId)
    const name = p.value((c) => c.name)
    return [
      guarded(
        db.updateTable('passkeys').set({ name }).where('id', '=', id).where('user_id', '=', userId),
      ),
    ]
  },
  'passkey.delete': (db, p) => {
    const id = idOf(p)
    const userId = p.bytes((c) => c.userId)
    return [guarded(db.deleteFrom('passkeys').where('id', '=', id).where('user_id', '=', userId))]
  },
  'totp.insert': (db, p) => [
    guarded(
      db
        .insertInto('totp_seeds')
        .values({
          user_id: p.bytes((c) => c.seed.userId),
          seed_sealed: p.value((c) => c.seed.seedSealed),
          last_step: p.value((c) => c.seed.lastStep),
          created_at: p.value((c) => c.seed.createdAt),
        })
        .onConflict((conflict) => conflict.column('user_id').doNothing()),
    ),
  ],
  'totp.accept': (db, p) => {
    const userId = p.bytes((c) => c.userId)
    const step = p.value((c) => c.step)
    return [
      guarded(
        db
          .updateTable('totp_seeds')
          .set({ last_step: step })
          .where('user_id', '=', userId)
          .where('last_step', '<', step),
      ),
    ]
  },
  'totp.delete': (db, p) => {
    const userId = p.bytes((c) => c.userId)
    return [guarded(db.deleteFrom('totp_seeds').where('user_id', '=', userId))]
  },
  'recoveryCode.insert': (db, p) => [
    write(
      db.insertInto('recovery_codes').values({
        id: p.bytes((c) => c.code.id),
        user_id: p.bytes((c) => c.code.userId),
        code_hash: p.bytes((c) => c.code.codeHash),
        created_at: p.value((c) => c.code.createdAt),
        used_at: p.valueOrNull((c) => c.code.usedAt),
      }),
    ),
  ],
  'recoveryCode.clear': (db, p) => {
    const userId = p.bytes((c) => c.userId)
    return [write(db.deleteFrom('recovery_codes').where('user_id', '=', userId))]
  },
  'recoveryCode.use': (db, p) => {
    const id = idOf(p)
    const at = p.value((c) => c.at)
    return [
      guarded(
        db
          .updateTable('recovery_codes')
          .set({ used_at: at })
          .where('id', '=', id)
          .where('used_at', 'is', null),
      ),
    ]
  },
} satisfies Partial<Recipes>
