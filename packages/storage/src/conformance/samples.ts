import {
  type AccessToken,
  type AuditRecord,
  type AuthorizationCode,
  after,
  type Client,
  type Consent,
  clientId,
  type Denial,
  type EpochSeconds,
  hashSecret,
  IdMaker,
  type InitialAccessToken,
  type KeyId,
  type LogoutDelivery,
  nowSeconds,
  type PasswordHash,
  parseCodeChallenge,
  parseRedirectUri,
  parseScope,
  type RefreshToken,
  type Session,
  type SetupLink,
  type SigningKey,
  systemClock,
  systemRandom,
  type Throttle,
  type TokenFamily,
  type User,
} from '@grantd/domain'

const ids = new IdMaker({ clock: systemClock, random: systemRandom })

/** The moment of the run; samples were made a minute before it and live for an hour. */
export const NOW: EpochSeconds = nowSeconds(systemClock)
export const BEFORE: EpochSeconds = after(NOW, -60)
export const LATER: EpochSeconds = after(NOW, 3_600)

/** Unique text, so that suites can share one database. */
export const unique = (prefix: string): string => `${prefix}-${systemRandom.base64url(9)}`

const redirectUri = parseRedirectUri('https://app.example/callback')
const codeChallenge = parseCodeChallenge('E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', 'S256')
const hash = () => hashSecret(unique('secret'))

export function aClient(changes: Partial<Client> = {}): Client {
  return {
    rowId: ids.next(),
    id: clientId(unique('client')),
    name: 'A client',
    applicationType: 'web',
    authMethod: 'client_secret_basic',
    secretHash: hash(),
    secretSealed: undefined,
    secretExpiresAt: undefined,
    registrationTokenHash: undefined,
    redirectUris: [redirectUri],
    grantTypes: ['authorization_code', 'refresh_token'],
    scope: parseScope('openid read'),
    registeredBy: 'operator',
    isEnabled: true,
    tokensValidFrom: BEFORE,
    clientUri: 'https://app.example/',
    logoUri: undefined,
    policyUri: undefined,
    tosUri: undefined,
    contacts: ['ops@app.example'],
    metadata: {},
    createdAt: BEFORE,
    updatedAt: BEFORE,
    version: 1,
    ...changes,
  }
}

export function aUser(changes: Partial<User> = {}): User {
  const name = unique('user')
  return {
    id: ids.next(),
    username: name,
    usernameKey: name,
    email: `${name}@mail.example`,
    emailKey: `${name}@mail.example`,
    passwordHash: '$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA' as PasswordHash,
    role: 'user',
    claims: {},
    isEnabled: true,
    createdAt: BEFORE,
    updatedAt: BEFORE,
    version: 1,
    ...changes,
  }
}

export function aSession(changes: Partial<Session> = {}): Session {
  return {
    id: ids.next(),
    secretHash: hash(),
    userId: ids.next(),
    authTime: BEFORE,
    amr: ['pwd'],
    userAgent: 'Browser/1.0',
    ip: '2001:db8::1',
    createdAt: BEFORE,
    lastSeenAt: BEFORE,
    expiresAt: LATER,
    revokedAt: undefined,
    ...changes,
  }
}

export function aConsent(changes: Partial<Consent> = {}): Consent {
  return {
    id: ids.next(),
    userId: ids.next(),
    clientId: clientId(unique('client')),
    scope: parseScope('openid'),
    clientDigest: unique('digest'),
    createdAt: BEFORE,
    updatedAt: BEFORE,
    ...changes,
  }
}

export function aCode(changes: Partial<AuthorizationCode> = {}): AuthorizationCode {
  return {
    id: ids.next(),
    secretHash: hash(),
    clientId: clientId(unique('client')),
    userId: ids.next(),
    sessionId: ids.next(),
    redirectUri,
    scope: parseScope('openid'),
    resources: ['https://api.example/'],
    codeChallenge,
    nonce: 'n-0S6',
    authTime: BEFORE,
    amr: ['pwd', 'otp'],
    openid: { acr: '1', claims: { id_token: { email: { essential: true } } } },
    familyId: ids.next(),
    createdAt: BEFORE,
    expiresAt: LATER,
    usedAt: undefined,
    ...changes,
  }
}

export function aFamily(changes: Partial<TokenFamily> = {}): TokenFamily {
  return {
    id: ids.next(),
    clientId: clientId(unique('client')),
    userId: ids.next(),
    sessionId: ids.next(),
    scope: parseScope('openid read'),
    resources: [],
    authTime: BEFORE,
    amr: ['pwd'],
    openid: {},
    createdAt: BEFORE,
    expiresAt: LATER,
    revokedAt: undefined,
    ...changes,
  }
}

export function aToken(changes: Partial<AccessToken> = {}): AccessToken {
  return {
    id: ids.next(),
    hash: hash(),
    clientId: clientId(unique('client')),
    userId: undefined,
    familyId: undefined,
    scope: parseScope('read'),
    audience: ['https://api.example/'],
    issuedAt: BEFORE,
    expiresAt: LATER,
    revokedAt: undefined,
    ...changes,
  }
}

export function aRefreshToken(changes: Partial<RefreshToken> = {}): RefreshToken {
  return {
    id: ids.next(),
    secretHash: hash(),
    familyId: ids.next(),
    clientId: clientId(unique('client')),
    createdAt: BEFORE,
    expiresAt: LATER,
    usedAt: undefined,
    successorSealed: undefined,
    graceUses: 0,
    ...changes,
  }
}

export function aKey(changes: Partial<SigningKey> = {}): SigningKey {
  return {
    kid: unique('key') as KeyId,
    algorithm: 'ES256',
    state: 'next',
    publicJwk: '{"kty":"EC"}',
    sealedPrivateKey: 'sealed',
    createdAt: BEFORE,
    stateChangedAt: BEFORE,
    ...changes,
  }
}

export function anInitialAccessToken(
  changes: Partial<InitialAccessToken> = {},
): InitialAccessToken {
  return {
    id: ids.next(),
    secretHash: hash(),
    usesLeft: 1,
    createdAt: BEFORE,
    expiresAt: LATER,
    ...changes,
  }
}

export function aSetupLink(changes: Partial<SetupLink> = {}): SetupLink {
  return {
    id: ids.next(),
    secretHash: hash(),
    username: 'admin',
    createdAt: BEFORE,
    expiresAt: LATER,
    usedAt: undefined,
    ...changes,
  }
}

export function aLogoutDelivery(changes: Partial<LogoutDelivery> = {}): LogoutDelivery {
  return {
    id: ids.next(),
    clientId: clientId(unique('client')),
    userId: ids.next(),
    sid: hash(),
    attempts: 0,
    nextAttemptAt: BEFORE,
    createdAt: BEFORE,
    expiresAt: LATER,
    ...changes,
  }
}

export function aDenial(changes: Partial<Denial> = {}): Denial {
  return {
    id: ids.next(),
    kind: 'username',
    value: unique('name'),
    reason: undefined,
    createdBy: 'cli',
    createdAt: BEFORE,
    expiresAt: undefined,
    ...changes,
  }
}

export function aThrottle(changes: Partial<Throttle> = {}): Throttle {
  return {
    key: unique('account'),
    failures: 1,
    windowStartedAt: BEFORE,
    blockedUntil: BEFORE,
    expiresAt: LATER,
    ...changes,
  }
}

export function anAuditRecord(changes: Partial<AuditRecord> = {}): AuditRecord {
  return {
    id: ids.next(),
    action: 'client.created',
    actor: 'cli',
    targetKind: 'client',
    targetId: unique('target'),
    subject: undefined,
    ip: '192.0.2.1',
    metadata: { note: 'a note' },
    createdAt: BEFORE,
    ...changes,
  }
}
