// Owns: what is in a database before the load starts: clients, users, sessions; what they hold is in prepare-grants.ts.
// Written through @grantd/storage as the server itself writes; no browser and no password takes part.
import { createHash } from 'node:crypto'
import {
  after,
  type Change,
  type Client,
  clientId,
  hashSecret,
  IdMaker,
  type InitialAccessTokenId,
  mintCredential,
  nowSeconds,
  type PasswordHash,
  PREFIX,
  parseRedirectUri,
  parseScope,
  type SessionId,
  systemClock,
  systemRandom,
  type UserId,
} from '@grantd/domain'
import { type OpenedStorage, openStorage } from '@grantd/storage'
import { commitAll } from '@grantd/testkit/grants'
import type { Site } from './server-process.ts'

const ids = new IdMaker({ clock: systemClock, random: systemRandom })
const now = () => nowSeconds(systemClock)
const YEAR = 31_536_000

export const REDIRECT = 'http://localhost:3000/callback'
export const SCOPE = 'openid offline_access read write'
export const VERIFIER = 'crash-test-verifier-of-at-least-43-characters'
export const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url')

export const PASSWORD = 'correct horse battery'

export interface ClientKeys {
  readonly id: string
  readonly secret: string
}

export async function withStorage<Result>(
  site: Site,
  work: (storage: OpenedStorage) => Promise<Result>,
): Promise<Result> {
  const storage = await openStorage(site.env.OAUTH2_DATABASE_URL ?? `sqlite:${site.database}`)
  try {
    return await work(storage)
  } finally {
    await storage.close()
  }
}

export async function addClient(
  storage: OpenedStorage,
  id: string,
  authMethod: 'client_secret_post' | 'none' = 'client_secret_post',
): Promise<ClientKeys> {
  const secret = systemRandom.base64url(32)
  const at = now()
  const client: Client = {
    rowId: ids.next(),
    id: clientId(id),
    name: `Client ${id}`,
    applicationType: 'web',
    authMethod,
    secretHash: authMethod === 'none' ? undefined : hashSecret(secret),
    secretSealed: undefined,
    secretExpiresAt: undefined,
    registrationTokenHash: undefined,
    metadata: {},
    redirectUris: [parseRedirectUri(REDIRECT)],
    grantTypes: [
      'authorization_code',
      'refresh_token',
      ...(authMethod === 'none' ? [] : (['client_credentials'] as const)),
    ],
    scope: parseScope(SCOPE),
    registeredBy: 'operator',
    isEnabled: true,
    tokensValidFrom: after(at, -60),
    clientUri: undefined,
    logoUri: undefined,
    policyUri: undefined,
    tosUri: undefined,
    contacts: [],
    createdAt: at,
    updatedAt: at,
    version: 1,
  }
  await storage.commit([{ kind: 'client.insert', client }])
  return { id, secret }
}

export interface SignedInUser {
  readonly id: UserId
  readonly name: string
  readonly sessionId: SessionId
  /** The value of the session cookie. */
  readonly cookie: string
}

/** A user and a session for each name; they can sign in by `PASSWORD` when its hash is given. */
export async function addUsers(
  storage: OpenedStorage,
  names: readonly string[],
  passwordHash?: PasswordHash,
): Promise<SignedInUser[]> {
  const at = now()
  const users = names.map((name) => {
    const id = ids.next<UserId>()
    const sessionId = ids.next<SessionId>()
    const cookie = mintCredential(PREFIX.session, sessionId, systemRandom)
    const unit: Change[] = [
      {
        kind: 'user.insert',
        user: {
          id,
          username: name,
          usernameKey: name,
          email: undefined,
          emailKey: undefined,
          passwordHash,
          role: 'user',
          claims: {},
          isEnabled: true,
          createdAt: at,
          updatedAt: at,
          version: 1,
        },
      },
      {
        kind: 'session.insert',
        session: {
          id: sessionId,
          secretHash: cookie.secretHash,
          userId: id,
          authTime: at,
          amr: ['pwd'],
          userAgent: undefined,
          ip: undefined,
          createdAt: at,
          lastSeenAt: at,
          expiresAt: after(at, YEAR),
          revokedAt: undefined,
        },
      },
    ]
    return { user: { id, name, sessionId, cookie: cookie.value }, unit }
  })
  await commitAll(
    storage,
    users.map(({ unit }) => unit),
  )
  return users.map(({ user }) => user)
}

/** An initial access token that registers as often as a test may want. */
export async function addInitialAccessToken(storage: OpenedStorage): Promise<string> {
  const id = ids.next<InitialAccessTokenId>()
  const minted = mintCredential(PREFIX.initialAccessToken, id, systemRandom)
  const at = now()
  const token = {
    id,
    secretHash: minted.secretHash,
    usesLeft: 1_000_000,
    createdAt: at,
    expiresAt: after(at, YEAR),
  }
  await storage.commit([{ kind: 'initialAccessToken.insert', token }])
  return minted.value
}
