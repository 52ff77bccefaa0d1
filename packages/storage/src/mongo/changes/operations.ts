import { dateOf, fieldsOf, replacement, uuid } from '../kind.ts'
import {
  DENIAL,
  denialKey,
  INITIAL_ACCESS_TOKEN,
  LOGOUT_DELIVERY,
  NOTES,
  SETUP_LINK,
  SIGNING_KEY,
  THROTTLE,
  USED_ONCE,
} from '../kinds.ts'
import { guarded, insert, type Recipes } from '../operation.ts'
import { bumpVersion } from './accounts.ts'

/** Keys, things that are used once or a few times, throttles, logouts. */
export const operationChanges = {
  'key.insert': ({ key }) => [insert(SIGNING_KEY, key), bumpVersion('keys')],
  'key.transition': ({ kid, from, to, at }) => [
    guarded(SIGNING_KEY, { _id: kid, state: from }, { $set: { state: to, stateChangedAt: at } }),
    bumpVersion('keys'),
  ],
  'once.use': ({ purpose, id, expiresAt }) => [
    {
      type: 'insert',
      collection: USED_ONCE,
      documents: [{ _id: JSON.stringify([purpose, id]), expiresAt: dateOf(expiresAt) }],
      isGuard: true,
    },
  ],
  'initialAccessToken.insert': ({ token }) => [insert(INITIAL_ACCESS_TOKEN, token)],
  'initialAccessToken.use': ({ id, at }) => [
    guarded(
      INITIAL_ACCESS_TOKEN,
      { _id: uuid(id), usesLeft: { $gt: 0 }, expiresAt: { $gt: dateOf(at) } },
      { $inc: { usesLeft: -1 } },
    ),
  ],
  'setupLink.insert': ({ link }) => [insert(SETUP_LINK, link)],
  'setupLink.use': ({ id, at }) => [
    guarded(
      SETUP_LINK,
      { _id: uuid(id), usedAt: null, expiresAt: { $gt: dateOf(at) } },
      { $set: { usedAt: at } },
    ),
  ],
  // A count that starts may find no document; one that is there with another count takes the key.
  'throttle.put': ({ throttle, seen }) => [
    {
      type: 'update',
      collection: THROTTLE.collection,
      filter: { _id: throttle.key, failures: seen },
      update: { $set: fieldsOf(THROTTLE, throttle) },
      upsert: seen === 0,
      isGuard: true,
    },
  ],
  'throttle.clear': ({ key }) => [
    { type: 'delete', collection: THROTTLE.collection, filter: { _id: key } },
  ],
  'logoutDelivery.insert': ({ delivery }) => [insert(LOGOUT_DELIVERY, delivery)],
  'logoutDelivery.claim': ({ id, attempts, nextAttemptAt }) => [
    guarded(
      LOGOUT_DELIVERY,
      { _id: uuid(id), attempts },
      { $inc: { attempts: 1 }, $set: { nextAttemptAt } },
    ),
  ],
  'logoutDelivery.delete': ({ id }) => [
    { type: 'delete', collection: LOGOUT_DELIVERY.collection, filter: { _id: uuid(id) } },
  ],
  'note.put': ({ name, text }) => [
    {
      type: 'update',
      collection: NOTES,
      filter: { _id: name },
      update: { $set: { text } },
      upsert: true,
    },
  ],
  'denylist.put': ({ denial }) => [
    {
      type: 'update',
      collection: DENIAL.collection,
      filter: { _id: denialKey(denial) },
      update: {
        ...replacement(DENIAL, denial, ['id', 'createdAt']),
        $setOnInsert: { id: uuid(denial.id), createdAt: denial.createdAt },
      },
      upsert: true,
    },
    bumpVersion('denylist'),
  ],
  'denylist.delete': ({ id }) => [
    { type: 'delete', collection: DENIAL.collection, filter: { id: uuid(id) }, isGuard: true },
    bumpVersion('denylist'),
  ],
  'note.delete': ({ name }) => [{ type: 'delete', collection: NOTES, filter: { _id: name } }],
} satisfies Partial<Recipes>
