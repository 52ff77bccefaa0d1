import { dateOf, uuid } from '../kind.ts'
import {
  CONSENT,
  FAMILY,
  MAIL,
  PASSKEY,
  RECOVERY_CODE,
  SESSION,
  TICKET,
  TOTP_SEED,
  USER,
} from '../kinds.ts'
import { guarded, insert, type Operation, type Recipes, update } from '../operation.ts'

const deleteTheirs = (
  { collection }: { readonly collection: string },
  userId: string,
): Operation => ({
  type: 'deleteMany',
  collection,
  filter: { userId: uuid(userId) },
})

/** What goes with its person: second factors, tickets, outgoing mail. */
export const peopleChanges = {
  'user.delete': ({ userId, at }) => [
    {
      type: 'delete',
      collection: USER.collection,
      filter: { _id: uuid(userId) },
      isGuard: true,
    },
    ...[PASSKEY, RECOVERY_CODE, TICKET, SESSION, CONSENT].map((kind) => deleteTheirs(kind, userId)),
    { type: 'delete', collection: TOTP_SEED.collection, filter: { _id: uuid(userId) } },
    {
      type: 'updateMany',
      collection: FAMILY.collection,
      filter: { userId: uuid(userId), revokedAt: null },
      update: { $set: { revokedAt: at } },
    },
  ],
  'passkey.insert': ({ passkey }) => [insert(PASSKEY, passkey)],
  'passkey.used': ({ id, counterSeen, counter, isBackedUp, at }) => [
    guarded(
      PASSKEY,
      { _id: uuid(id), counter: counterSeen },
      { $set: { counter, isBackedUp, lastUsedAt: at } },
    ),
  ],
  'passkey.rename': ({ id, userId, name }) => [
    guarded(PASSKEY, { _id: uuid(id), userId: uuid(userId) }, { $set: { name } }),
  ],
  'passkey.delete': ({ id, userId }) => [
    {
      type: 'delete',
      collection: PASSKEY.collection,
      filter: { _id: uuid(id), userId: uuid(userId) },
      isGuard: true,
    },
  ],
  'totp.insert': ({ seed }) => [{ ...insert(TOTP_SEED, seed), isGuard: true }],
  'totp.accept': ({ userId, step }) => [
    guarded(
      TOTP_SEED,
      { _id: uuid(userId), lastStep: { $lt: step } },
      { $set: { lastStep: step } },
    ),
  ],
  'totp.delete': ({ userId }) => [
    {
      type: 'delete',
      collection: TOTP_SEED.collection,
      filter: { _id: uuid(userId) },
      isGuard: true,
    },
  ],
  'recoveryCode.insert': ({ code }) => [insert(RECOVERY_CODE, code)],
  'recoveryCode.clear': ({ userId }) => [deleteTheirs(RECOVERY_CODE, userId)],
  'recoveryCode.use': ({ id, at }) => [
    guarded(RECOVERY_CODE, { _id: uuid(id), usedAt: null }, { $set: { usedAt: at } }),
  ],
  'ticket.insert': ({ ticket }) => [insert(TICKET, ticket)],
  'ticket.use': ({ id, purpose, at }) => [
    guarded(
      TICKET,
      { _id: uuid(id), purpose, usedAt: null, expiresAt: { $gt: dateOf(at) } },
      { $set: { usedAt: at } },
    ),
  ],
  'mail.insert': ({ mail }) => [insert(MAIL, mail)],
  'mail.claim': ({ id, attempts, nextAttemptAt }) => [
    guarded(MAIL, { _id: uuid(id), attempts }, { $inc: { attempts: 1 }, $set: { nextAttemptAt } }),
  ],
  'mail.failed': ({ id, error }) => [
    update(MAIL, { _id: uuid(id) }, { $set: { lastError: error } }),
  ],
  'mail.delete': ({ id }) => [
    { type: 'delete', collection: MAIL.collection, filter: { _id: uuid(id) } },
  ],
} satisfies Partial<Recipes>
