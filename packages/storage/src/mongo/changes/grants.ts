import type { Document } from 'mongodb'
import { dateOf, uuid } from '../kind.ts'
import { CODE, FAMILY, REFRESH_TOKEN, TOKEN } from '../kinds.ts'
import { guarded, insert, type Operation, type Recipes, update } from '../operation.ts'

const families = (filter: Document, set: Document): Operation => ({
  type: 'updateMany',
  collection: FAMILY.collection,
  filter: { ...filter, revokedAt: null },
  update: { $set: set },
})

/** Codes, families, access tokens, refresh tokens. */
export const grantChanges = {
  'code.insert': ({ code }) => [insert(CODE, code)],
  'code.consume': ({ id, at }) => [
    guarded(
      CODE,
      { _id: uuid(id), usedAt: null, expiresAt: { $gt: dateOf(at) } },
      { $set: { usedAt: at } },
    ),
  ],
  'code.burn': ({ id, at }) => [
    guarded(CODE, { _id: uuid(id), usedAt: null }, { $set: { usedAt: at } }),
  ],
  'family.insert': ({ family }) => [insert(FAMILY, family)],
  // A write for the same reason as in `session.requireLive`.
  'family.requireLive': ({ id }) => [
    guarded(FAMILY, { _id: uuid(id), revokedAt: null }, { $inc: { 'internal.locks': 1 } }),
  ],
  'family.revoke': ({ id, at }) => [
    update(FAMILY, { _id: uuid(id), revokedAt: null }, { $set: { revokedAt: at } }),
  ],
  'family.revokeByUser': ({ userId, at }) => [
    families({ userId: uuid(userId) }, { revokedAt: at }),
  ],
  'family.revokeBySession': ({ sessionId, at }) => [
    families({ sessionId: uuid(sessionId), 'internal.isOffline': false }, { revokedAt: at }),
  ],
  'family.moveSession': ({ from, to }) => [
    families({ sessionId: uuid(from) }, { sessionId: uuid(to) }),
  ],
  'family.revokeByUserAndClient': ({ userId, clientId, at }) => [
    families({ userId: uuid(userId), clientId }, { revokedAt: at }),
  ],
  'token.insert': ({ token }) => [insert(TOKEN, token)],
  'token.revoke': ({ id, at }) => [
    update(TOKEN, { _id: uuid(id), revokedAt: null }, { $set: { revokedAt: at } }),
  ],
  'refresh.insert': ({ refreshToken }) => [insert(REFRESH_TOKEN, refreshToken)],
  'refresh.rotate': ({ id, at, successorSealed }) => [
    guarded(
      REFRESH_TOKEN,
      { _id: uuid(id), usedAt: null },
      { $set: { usedAt: at, successorSealed } },
    ),
  ],
  'refresh.useGrace': ({ id, usedSince, maxUses }) => [
    guarded(
      REFRESH_TOKEN,
      { _id: uuid(id), usedAt: { $gte: usedSince }, graceUses: { $lt: maxUses } },
      { $inc: { graceUses: 1 } },
    ),
  ],
} satisfies Partial<Recipes>
