import type { EpochSeconds } from '@grantd/domain'
import { dateOf, uuid } from '../kind.ts'
import {
  CONSENT,
  FAMILY,
  IDENTITY,
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

/** What a provider no longer tells goes. */
function asToldNow(
  told: { email: string | undefined; name: string | undefined },
  at: EpochSeconds,
) {
  const set = Object.entries(told).filter(([, text]) => text !== undefined)
  const unset = Object.entries(told).filter(([, text]) => text === undefined)
  return {
    $set: { ...Object.fromEntries(set), lastUsedAt: at },
    ...(unset.length > 0 && { $unset: Object.fromEntries(unset.map(([name]) => [name, ''])) }),
  }
}

/** What goes with its person: second factors, linked logins, tickets, outgoing mail. */
export const peopleChanges = {
  'user.delete': ({ userId, at }) => [
    {
      type: 'delete',
      collection: USER.collection,
      filter: { _id: uuid(userId) },
      isGuard: true,
    },
    ...[PASSKEY, RECOVERY_CODE, IDENTITY, TICKET, SESSION, CONSENT].map((kind) =>
      deleteTheirs(kind, userId),
    ),
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
  'identity.insert': ({ identity }) => [{ ...insert(IDENTITY, identity), isGuard: true }],
  'identity.used': ({ id, userId, email, name, at }) => [
    guarded(IDENTITY, { id: uuid(id), userId: uuid(userId) }, asToldNow({ email, name }, at)),
  ],
  'identity.delete': ({ id, userId }) => [
    {
      type: 'delete',
      collection: IDENTITY.collection,
      filter: { id: uuid(id), userId: uuid(userId) },
      isGuard: true,
    },
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
