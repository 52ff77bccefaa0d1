import { guarded, idOf, type Recipes, write } from '../recipe.ts'

/** One-time tickets and the queue of outgoing mail. */
export const ticketChanges = {
  'ticket.insert': (db, p) => [
    write(
      db.insertInto('tickets').values({
        id: p.bytes((c) => c.ticket.id),
        secret_hash: p.bytes((c) => c.ticket.secretHash),
        purpose: p.value((c) => c.ticket.purpose),
        user_id: p.bytesOrNull((c) => c.ticket.userId),
        email: p.valueOrNull((c) => c.ticket.email),
        user_version: p.value((c) => c.ticket.userVersion),
        created_at: p.value((c) => c.ticket.createdAt),
        expires_at: p.value((c) => c.ticket.expiresAt),
        used_at: p.valueOrNull((c) => c.ticket.usedAt),
      }),
    ),
  ],
  'ticket.use': (db, p) => {
    const id = idOf(p)
    const purpose = p.value((c) => c.purpose)
    const at = p.value((c) => c.at)
    return [
      guarded(
        db
          .updateTable('tickets')
          .set({ used_at: at })
          .where('id', '=', id)
          .where('purpose', '=', purpose)
          .where('used_at', 'is', null)
          .where('expires_at', '>', at),
      ),
    ]
  },
  'mail.insert': (db, p) => [
    write(
      db.insertInto('outgoing_mails').values({
        id: p.bytes((c) => c.mail.id),
        topic: p.value((c) => c.mail.topic),
        message_sealed: p.value((c) => c.mail.messageSealed),
        attempts: p.value((c) => c.mail.attempts),
        next_attempt_at: p.value((c) => c.mail.nextAttemptAt),
        last_error: p.valueOrNull((c) => c.mail.lastError),
        created_at: p.value((c) => c.mail.createdAt),
        expires_at: p.value((c) => c.mail.expiresAt),
      }),
    ),
  ],
  'mail.claim': (db, p) => {
    const id = idOf(p)
    const seen = p.value((c) => c.attempts)
    const next = p.value((c) => c.nextAttemptAt)
    return [
      guarded(
        db
          .updateTable('outgoing_mails')
          .set((eb) => ({ attempts: eb('attempts', '+', 1), next_attempt_at: next }))
          .where('id', '=', id)
          .where('attempts', '=', seen),
      ),
    ]
  },
  'mail.failed': (db, p) => {
    const id = idOf(p)
    const error = p.value((c) => c.error)
    return [write(db.updateTable('outgoing_mails').set({ last_error: error }).where('id', '=', id))]
  },
  'mail.delete': (db, p) => {
    const id = idOf(p)
    return [write(db.deleteFrom('outgoing_mails').where('id', '=', id))]
  },
} satisfies Partial<Recipes>
