import { guarded, idOf, type Recipes, write } from '../recipe.ts'

/** The queue of back-channel logouts. */
export const logoutDeliveryChanges = {
  'logoutDelivery.insert': (db, p) => [
    write(
      db.insertInto('logout_deliveries').values({
        id: p.bytes((c) => c.delivery.id),
        client_id: p.value((c) => c.delivery.clientId),
        user_id: p.bytes((c) => c.delivery.userId),
        session_id: p.bytes((c) => c.delivery.sid),
        attempts: p.value((c) => c.delivery.attempts),
        next_attempt_at: p.value((c) => c.delivery.nextAttemptAt),
        created_at: p.value((c) => c.delivery.createdAt),
        expires_at: p.value((c) => c.delivery.expiresAt),
      }),
    ),
  ],
  'logoutDelivery.claim': (db, p) => [
    guarded(
      db
        .updateTable('logout_deliveries')
        .set((eb) => ({
          attempts: eb('attempts', '+', 1),
          next_attempt_at: p.value((c) => c.nextAttemptAt),
        }))
        .where('id', '=', idOf(p))
        .where(
          'attempts',
          '=',
          p.value((c) => c.attempts),
        ),
    ),
  ],
  'logoutDelivery.delete': (db, p) => [
    write(db.deleteFrom('logout_deliveries').where('id', '=', idOf(p))),
  ],
} satisfies Partial<Recipes>
