import type { ClientId, Versions } from '@grantd/domain'
import { fieldsOf, replacement, uuid } from '../kind.ts'
import {
  CLIENT,
  CODE,
  CONSENT,
  consentKey,
  DELETED_CLIENTS,
  FAMILY,
  SESSION,
  USER,
  VERSIONS,
} from '../kinds.ts'
import { guarded, insert, type Operation, type Recipes, update } from '../operation.ts'

/** Tells other processes' caches that something changed. */
export const bumpVersion = (name: keyof Versions): Operation => ({
  type: 'update',
  collection: VERSIONS,
  filter: { _id: name },
  update: { $inc: { count: 1 } },
  upsert: true,
})

const entomb = (clientId: ClientId): Operation => ({
  type: 'update',
  collection: DELETED_CLIENTS,
  filter: { _id: clientId },
  update: { $currentDate: { deletedAt: true }, $unset: { before: '' } },
  upsert: true,
})

/** Clients, users, sessions, consents. */
export const accountChanges = {
  'client.insert': ({ client }) => [
    insert(CLIENT, client),
    update(
      { collection: DELETED_CLIENTS },
      { _id: client.id },
      { $set: { before: uuid(client.rowId) } },
    ),
    bumpVersion('clients'),
  ],
  'client.update': ({ client }) => [
    guarded(
      CLIENT,
      { _id: client.id, version: client.version - 1 },
      replacement(CLIENT, client, ['rowId', 'createdAt']),
    ),
    bumpVersion('clients'),
  ],
  'client.delete': ({ clientId }) => [
    { type: 'delete', collection: CLIENT.collection, filter: { _id: clientId }, isGuard: true },
    entomb(clientId),
    { type: 'deleteMany', collection: CODE.collection, filter: { clientId } },
    { type: 'deleteMany', collection: FAMILY.collection, filter: { clientId } },
    { type: 'deleteMany', collection: CONSENT.collection, filter: { clientId } },
    bumpVersion('clients'),
  ],
  // A plain read: a write here would make every token of a client wait for the one before. What a
  // deletion at the same moment misses is dead by the document that `client.delete` leaves.
  'client.requireEnabled': ({ id }) => [
    {
      type: 'require',
      collection: CLIENT.collection,
      filter: { _id: id, isEnabled: true },
      isGuard: true,
    },
  ],
  'user.insert': ({ user }) => [insert(USER, user)],
  'user.update': ({ user }) => [
    guarded(
      USER,
      { _id: uuid(user.id), version: user.version - 1 },
      replacement(USER, user, ['createdAt']),
    ),
  ],
  // A write for the same reason as in `session.requireLive`.
  'user.requireActive': ({ id }) => [
    guarded(USER, { _id: uuid(id), isEnabled: true }, { $inc: { 'internal.locks': 1 } }),
  ],
  'session.insert': ({ session }) => [insert(SESSION, session)],
  'session.touch': ({ id, at, ip }) => [
    update(
      SESSION,
      { _id: uuid(id), revokedAt: null, lastSeenAt: { $lt: at } },
      { $set: { lastSeenAt: at, ...(ip !== undefined && { ip }) } },
    ),
  ],
  'session.revoke': ({ id, at }) => [
    guarded(SESSION, { _id: uuid(id), revokedAt: null }, { $set: { revokedAt: at } }),
  ],
  // A write, so that of this unit and one that ends the session, committed at once, one must wait: a
  // mere read would let both through and leave a grant that nothing ends.
  'session.requireLive': ({ id }) => [
    guarded(SESSION, { _id: uuid(id), revokedAt: null }, { $inc: { 'internal.locks': 1 } }),
  ],
  'session.revokeByUser': ({ userId, at, except }) => [
    {
      type: 'updateMany',
      collection: SESSION.collection,
      filter: {
        userId: uuid(userId),
        revokedAt: null,
        ...(except !== undefined && { _id: { $ne: uuid(except) } }),
      },
      update: { $set: { revokedAt: at } },
    },
  ],
  'consent.put': ({ consent }) => [
    {
      type: 'update',
      collection: CONSENT.collection,
      filter: { _id: consentKey(consent.userId, consent.clientId) },
      update: { $set: fieldsOf(CONSENT, consent) },
      upsert: true,
    },
  ],
  'consent.delete': ({ id }) => [
    { type: 'delete', collection: CONSENT.collection, filter: { id: uuid(id) }, isGuard: true },
  ],
} satisfies Partial<Recipes>
