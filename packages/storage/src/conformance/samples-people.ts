import {
  hashSecret,
  IdMaker,
  type OutgoingMail,
  type Passkey,
  type RecoveryCode,
  systemClock,
  systemRandom,
  type Ticket,
  type TotpSeed,
  type UpstreamIdentity,
} from '@grantd/domain'
import { BEFORE, LATER, unique } from './samples.ts'

const ids = new IdMaker({ clock: systemClock, random: systemRandom })

export function aPasskey(changes: Partial<Passkey> = {}): Passkey {
  return {
    id: ids.next(),
    credentialId: unique('credential'),
    userId: ids.next(),
    publicKey: 'pQECAyYgASFYIA',
    counter: 7,
    transports: ['internal', 'hybrid'],
    name: 'My laptop',
    isBackedUp: false,
    createdAt: BEFORE,
    lastUsedAt: undefined,
    ...changes,
  }
}

export function aTotpSeed(changes: Partial<TotpSeed> = {}): TotpSeed {
  return { userId: ids.next(), seedSealed: 'v1.sealed', lastStep: 5, createdAt: BEFORE, ...changes }
}

export function aRecoveryCode(changes: Partial<RecoveryCode> = {}): RecoveryCode {
  return {
    id: ids.next(),
    userId: ids.next(),
    codeHash: hashSecret(unique('code')),
    createdAt: BEFORE,
    usedAt: undefined,
    ...changes,
  }
}

export function anIdentity(changes: Partial<UpstreamIdentity> = {}): UpstreamIdentity {
  return {
    id: ids.next(),
    userId: ids.next(),
    provider: 'example',
    issuer: 'https://accounts.example',
    subject: unique('subject'),
    email: 'ada@mail.example',
    name: 'Ada Lövelace',
    createdAt: BEFORE,
    lastUsedAt: undefined,
    ...changes,
  }
}

export function aTicket(changes: Partial<Ticket> = {}): Ticket {
  return {
    id: ids.next(),
    secretHash: hashSecret(unique('secret')),
    purpose: 'reset_password',
    userId: ids.next(),
    email: 'ada@mail.example',
    userVersion: 1,
    createdAt: BEFORE,
    expiresAt: LATER,
    usedAt: undefined,
    ...changes,
  }
}

export function anOutgoingMail(changes: Partial<OutgoingMail> = {}): OutgoingMail {
  return {
    id: ids.next(),
    topic: 'reset_password',
    messageSealed: 'v1.sealed',
    attempts: 0,
    nextAttemptAt: BEFORE,
    lastError: undefined,
    createdAt: BEFORE,
    expiresAt: LATER,
    ...changes,
  }
}
