import { flywayChecksum } from '../migrations/checksum.ts'
import type { MigrationFile } from '../migrations/files.ts'
import {
  AUDIT,
  AUDIT_MARKS,
  CLIENT,
  CODE,
  CONSENT,
  DELETED_CLIENTS,
  DENIAL,
  FAMILY,
  IDENTITY,
  INITIAL_ACCESS_TOKEN,
  LOGOUT_DELIVERY,
  MAIL,
  NOTES,
  OUTBOX,
  OUTBOX_SINKS,
  PARKED,
  PASSKEY,
  RECOVERY_CODE,
  REFRESH_TOKEN,
  SESSION,
  SETUP_LINK,
  SIGNING_KEY,
  THROTTLE,
  TICKET,
  TOKEN,
  TOTP_SEED,
  USED_ONCE,
  USER,
  VERSIONS,
} from './kinds.ts'

export interface IndexPlan {
  readonly collection: string
  readonly key: Readonly<Record<string, 1 | -1>>
  readonly unique?: true
  /** Documents without the field are not in it. */
  readonly sparse?: true
  /** The server itself deletes documents this long after the date in the field. */
  readonly expireAfterSeconds?: number
}

/** One step of the schema: collections to make, and their indexes. */
interface SchemaStep {
  readonly version: string
  readonly description: string
  readonly collections: readonly string[]
  readonly indexes: readonly IndexPlan[]
}

const HOUR = 3_600
const DAY = 24 * HOUR

/**
 * The server's clock may be ahead and its TTL task is late by a minute or more: both only decide when
 * dead documents go. Whether something has expired is judged by grantd's clock, always.
 */
const expiring = (collection: string, expireAfterSeconds = HOUR): IndexPlan => ({
  collection,
  key: { expiresAt: 1 },
  expireAfterSeconds,
})

/** Every step ever released, oldest first. Old ones never change: a change is a new step. */
const STEPS: readonly SchemaStep[] = [
  {
    version: '1',
    description: 'initial schema',
    collections: [
      CLIENT,
      USER,
      SESSION,
      CONSENT,
      CODE,
      FAMILY,
      TOKEN,
      REFRESH_TOKEN,
      SIGNING_KEY,
      INITIAL_ACCESS_TOKEN,
      SETUP_LINK,
      THROTTLE,
      LOGOUT_DELIVERY,
      PASSKEY,
      TOTP_SEED,
      RECOVERY_CODE,
      TICKET,
      MAIL,
      AUDIT,
    ]
      .map(({ collection }) => collection)
      .concat(USED_ONCE, VERSIONS, DELETED_CLIENTS),
    indexes: [
      { collection: CLIENT.collection, key: { rowId: 1 }, unique: true },
      { collection: USER.collection, key: { usernameKey: 1 }, unique: true },
      { collection: USER.collection, key: { emailKey: 1 }, unique: true, sparse: true },
      { collection: USER.collection, key: { role: 1 } },
      { collection: SESSION.collection, key: { userId: 1 } },
      expiring(SESSION.collection),
      { collection: CONSENT.collection, key: { id: 1 }, unique: true },
      { collection: CONSENT.collection, key: { userId: 1 } },
      { collection: CONSENT.collection, key: { clientId: 1 } },
      { collection: CODE.collection, key: { clientId: 1 } },
      // A day more, so that the replay of a used code still revokes what it bought.
      expiring(CODE.collection, DAY + HOUR),
      { collection: FAMILY.collection, key: { userId: 1, clientId: 1 } },
      { collection: FAMILY.collection, key: { sessionId: 1 }, sparse: true },
      { collection: FAMILY.collection, key: { clientId: 1 } },
      // No TTL: a family stays as long as one of its tokens lives, which only the purge can see.
      { collection: FAMILY.collection, key: { expiresAt: 1 } },
      { collection: TOKEN.collection, key: { familyId: 1 }, sparse: true },
      expiring(TOKEN.collection),
      expiring(REFRESH_TOKEN.collection),
      expiring(INITIAL_ACCESS_TOKEN.collection),
      expiring(SETUP_LINK.collection),
      expiring(THROTTLE.collection),
      expiring(USED_ONCE),
      expiring(LOGOUT_DELIVERY.collection),
      { collection: LOGOUT_DELIVERY.collection, key: { nextAttemptAt: 1 } },
      { collection: PASSKEY.collection, key: { credentialId: 1 }, unique: true },
      { collection: PASSKEY.collection, key: { userId: 1 } },
      { collection: RECOVERY_CODE.collection, key: { userId: 1 } },
      { collection: TICKET.collection, key: { userId: 1 }, sparse: true },
      expiring(TICKET.collection),
      { collection: MAIL.collection, key: { nextAttemptAt: 1 } },
      expiring(MAIL.collection),
      // Most records are about clients and tokens, and pay nothing for it.
      { collection: AUDIT.collection, key: { subject: 1 }, sparse: true },
    ],
  },
  {
    version: '2',
    description: 'notes',
    collections: [NOTES],
    indexes: [],
  },
  {
    version: '5',
    description: 'outbox and audit',
    collections: [OUTBOX.collection, PARKED.collection, OUTBOX_SINKS, AUDIT_MARKS],
    indexes: [
      // Events without a place are in it too, in the order of their inserts.
      { collection: OUTBOX.collection, key: { seq: 1 } },
      { collection: PARKED.collection, key: { sink: 1, seq: 1 } },
      { collection: AUDIT.collection, key: { 'internal.seq': 1 } },
    ],
  },
  {
    version: '6',
    description: 'denylist',
    collections: [DENIAL.collection],
    indexes: [
      { collection: DENIAL.collection, key: { id: 1 }, unique: true },
      expiring(DENIAL.collection),
    ],
  },
  {
    version: '7',
    description: 'upstream identities',
    collections: [IDENTITY.collection],
    indexes: [
      { collection: IDENTITY.collection, key: { id: 1 }, unique: true },
      { collection: IDENTITY.collection, key: { userId: 1 } },
    ],
  },
]

/** A step in the shape of a migration file; its text is what an operator could type into mongosh. */
export interface MongoMigration extends MigrationFile {
  readonly collections: readonly string[]
  readonly indexes: readonly IndexPlan[]
}

export const MIGRATIONS: readonly MongoMigration[] = STEPS.map((step) => {
  const sql = [
    ...step.collections.map((name) => `db.createCollection(${JSON.stringify(name)})`),
    ...step.indexes.map(({ collection, key, ...options }) => {
      const [keys, rest] = [JSON.stringify(key), JSON.stringify(options)]
      return `db.${collection}.createIndex(${keys}, ${rest})`
    }),
  ].join('\n')
  const script = `V${step.version}__${step.description.replaceAll(' ', '_')}.mongodb.js`
  return { ...step, script, checksum: flywayChecksum(sql), sql }
})

/** What the indexes of a database at the newest step are. */
export const INDEXES: readonly IndexPlan[] = STEPS.flatMap(({ indexes }) => indexes)
