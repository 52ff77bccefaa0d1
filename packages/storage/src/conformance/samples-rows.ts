import type { StoredRow } from '@grantd/domain'
import {
  aClient,
  aCode,
  aConsent,
  aDenial,
  aFamily,
  aKey,
  aLogoutDelivery,
  anAuditRecord,
  anInitialAccessToken,
  aRefreshToken,
  aSession,
  aSetupLink,
  aThrottle,
  aToken,
  aUser,
  BEFORE,
  LATER,
  NOW,
  unique,
} from './samples.ts'
import { bareTrail, filledTrail } from './samples-outbox.ts'
import {
  anIdentity,
  anOutgoingMail,
  aPasskey,
  aRecoveryCode,
  aTicket,
  aTotpSeed,
} from './samples-people.ts'

/** A row of each kind with everything in it that may be there. */
export function filledRows(): StoredRow[] {
  const user = aUser({ claims: { given_name: 'Ada', address: { locality: 'Paris' } } })
  const record = anAuditRecord({ subject: user.id })
  return [
    { kind: 'key', row: aKey({ state: 'retired' }) },
    {
      kind: 'client',
      row: aClient({
        secretSealed: 'v1.sealed',
        secretExpiresAt: LATER,
        logoUri: 'https://app.example/logo.png',
        policyUri: 'https://app.example/policy',
        tosUri: 'https://app.example/tos',
        metadata: { token_endpoint_auth_signing_alg: 'ES256' },
        isEnabled: false,
        version: 7,
      }),
    },
    { kind: 'user', row: user },
    { kind: 'passkey', row: aPasskey({ lastUsedAt: NOW, isBackedUp: true }) },
    { kind: 'totpSeed', row: aTotpSeed() },
    { kind: 'recoveryCode', row: aRecoveryCode({ usedAt: NOW }) },
    { kind: 'identity', row: anIdentity({ lastUsedAt: NOW }) },
    { kind: 'consent', row: aConsent() },
    { kind: 'session', row: aSession({ revokedAt: NOW }) },
    { kind: 'code', row: aCode({ usedAt: NOW }) },
    { kind: 'family', row: aFamily({ revokedAt: NOW, resources: ['https://api.example/'] }) },
    {
      kind: 'refreshToken',
      row: aRefreshToken({ usedAt: NOW, successorSealed: 'v1.sealed', graceUses: 1 }),
    },
    {
      kind: 'token',
      row: aToken({ userId: user.id, familyId: aFamily().id, revokedAt: NOW }),
    },
    { kind: 'usedOnce', row: { purpose: 'a_purpose', id: unique('an id'), expiresAt: LATER } },
    { kind: 'initialAccessToken', row: anInitialAccessToken({ usesLeft: 3 }) },
    { kind: 'setupLink', row: aSetupLink({ usedAt: NOW }) },
    { kind: 'ticket', row: aTicket({ usedAt: NOW }) },
    { kind: 'throttle', row: aThrottle({ failures: 4, blockedUntil: LATER }) },
    { kind: 'logoutDelivery', row: aLogoutDelivery({ attempts: 2 }) },
    { kind: 'mail', row: anOutgoingMail({ attempts: 2, lastError: 'no route' }) },
    { kind: 'denial', row: aDenial({ reason: 'ünïcode', expiresAt: LATER }) },
    { kind: 'audit', row: record },
    ...filledTrail(record.id),
  ]
}

/** A row of each kind with nothing in it that need not be there. */
export function bareRows(): StoredRow[] {
  const record = anAuditRecord({ actor: undefined, ip: undefined, metadata: {} })
  return [
    { kind: 'key', row: aKey() },
    {
      kind: 'client',
      row: aClient({
        secretHash: undefined,
        redirectUris: [],
        clientUri: undefined,
        contacts: [],
      }),
    },
    {
      kind: 'user',
      row: aUser({ email: undefined, emailKey: undefined, passwordHash: undefined }),
    },
    { kind: 'passkey', row: aPasskey({ transports: [] }) },
    { kind: 'totpSeed', row: aTotpSeed({ lastStep: 0 }) },
    { kind: 'recoveryCode', row: aRecoveryCode() },
    {
      kind: 'identity',
      row: anIdentity({ issuer: undefined, email: undefined, name: undefined }),
    },
    { kind: 'consent', row: aConsent({ createdAt: BEFORE }) },
    { kind: 'session', row: aSession({ amr: [], userAgent: undefined, ip: undefined }) },
    {
      kind: 'code',
      row: aCode({ sessionId: undefined, resources: [], nonce: undefined, amr: [], openid: {} }),
    },
    { kind: 'family', row: aFamily({ sessionId: undefined, amr: [] }) },
    { kind: 'refreshToken', row: aRefreshToken() },
    { kind: 'token', row: aToken({ audience: [] }) },
    { kind: 'usedOnce', row: { purpose: 'b_purpose', id: unique('id'), expiresAt: LATER } },
    { kind: 'initialAccessToken', row: anInitialAccessToken() },
    { kind: 'setupLink', row: aSetupLink() },
    { kind: 'ticket', row: aTicket({ userId: undefined, email: undefined }) },
    { kind: 'throttle', row: aThrottle() },
    { kind: 'logoutDelivery', row: aLogoutDelivery() },
    { kind: 'mail', row: anOutgoingMail() },
    { kind: 'denial', row: aDenial({ kind: 'ip', value: unique('2001:db8::/64 ') }) },
    { kind: 'audit', row: record },
    ...bareTrail(record.id),
  ]
}
