import type { OutboxStore, Storage, TokenId } from '@grantd/domain'
import type { Lists } from './lists.ts'
import type { PointRead } from './point-read.ts'
import { sliceEnd, WALKED, type Walked } from './purge.ts'
import type { Read } from './read.ts'
import { findClient } from './reads/clients.ts'
import { findCode, findFamily, findRefreshToken } from './reads/grants.ts'
import {
  findDenial,
  findInitialAccessToken,
  findNote,
  findSetupLink,
  findThrottle,
} from './reads/operations.ts'
import { findIdentity, findPasskey, findTicket, findTotp } from './reads/people.ts'
import { findConsent, findSession } from './reads/sessions.ts'
import { findToken } from './reads/tokens.ts'
import { findUser, findUserByLogin } from './reads/users.ts'

/** Prepares a hot read the way its backend does. */
export type Prepare = <Key, Row, Value>(read: Read<Key, Row, Value>) => PointRead<Key, Value>

type Stores = Omit<
  Storage,
  'commit' | 'purgeExpired' | 'countExpired' | 'snapshot' | 'erase' | 'ping' | 'close'
>

/** The reads of the port, the same statements for every SQL database. */
export function storesOf(
  prepare: Prepare,
  lists: Lists,
  places: Pick<OutboxStore, 'read' | 'end'> & Partial<OutboxStore>,
): Stores {
  const consent = prepare(findConsent)
  const denial = prepare(findDenial)
  const identity = prepare(findIdentity)
  return {
    clients: { find: prepare(findClient), list: lists.clients },
    users: {
      find: prepare(findUser),
      findByLogin: prepare(findUserByLogin),
      list: lists.users,
      countAdmins: lists.countAdmins,
    },
    sessions: { find: prepare(findSession), listByUser: lists.sessionsByUser },
    consents: {
      find: (userId, clientId) => consent({ userId, clientId }),
      listByUser: lists.consentsByUser,
    },
    codes: { find: prepare(findCode) },
    families: {
      find: prepare(findFamily),
      listByUser: lists.familiesByUser,
      listBySession: lists.familiesBySession,
    },
    tokens: { find: prepare(findToken) },
    refreshTokens: { find: prepare(findRefreshToken) },
    keys: { list: lists.keys },
    throttles: { find: prepare(findThrottle) },
    initialAccessTokens: { find: prepare(findInitialAccessToken) },
    setupLinks: { find: prepare(findSetupLink) },
    logoutDeliveries: { listDue: lists.dueLogouts },
    passkeys: { find: prepare(findPasskey), listByUser: lists.passkeysByUser },
    totp: { find: prepare(findTotp) },
    recoveryCodes: { listByUser: lists.recoveryCodesByUser },
    identities: {
      find: (provider, subject) => identity({ provider, subject }),
      listByUser: lists.identitiesByUser,
    },
    tickets: { find: prepare(findTicket) },
    mails: { listDue: lists.dueMails },
    notes: { find: prepare(findNote) },
    denylist: { find: (kind, value) => denial({ kind, value }), list: lists.denials },
    audit: lists.audit,
    outbox: {
      sinks: lists.outbox.sinks,
      parked: lists.outbox.parked,
      deadLetters: lists.outbox.deadLetters,
      countParked: lists.outbox.countParked,
      ...places,
    },
    versions: lists.versions,
    count: lists.count,
  }
}

/** Reads where a slice of a purge ends. */
export function sliceEndsOf(prepare: Prepare) {
  const reads = new Map<Walked, PointRead<{ after: TokenId; rows: number }, TokenId>>(
    WALKED.map((table) => [table, prepare(sliceEnd(table))]),
  )
  return async (table: Walked, after: TokenId, rows: number) => reads.get(table)?.({ after, rows })
}
