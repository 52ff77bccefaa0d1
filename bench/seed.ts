// Owns: what is in grantd's database before the load: a client, a person, codes, refresh tokens, old rows.
// Written through @grantd/storage as the server itself writes.
import { createHash } from 'node:crypto'
import {
  type AccessToken,
  after,
  type Clock,
  clientId,
  type DenialId,
  epochSeconds,
  hashSecret,
  IdMaker,
  mintCredential,
  nowSeconds,
  PREFIX,
  parseCodeChallenge,
  parseRedirectUri,
  parseScope,
  systemClock,
  systemRandom,
  type UserId,
} from '@grantd/domain'
import type { OpenedStorage } from '@grantd/storage'
import {
  addIssued,
  type Consented,
  commitAll,
  issuedCode,
  issuedRefreshToken,
} from '@grantd/testkit/grants'
import { createPasswordHasher } from '../packages/server/src/password-hasher.ts'
import { CLIENT, PERSON, REDIRECT, VERIFIER } from './credentials.ts'

const ids = new IdMaker({ clock: systemClock, random: systemRandom })
const now = () => nowSeconds(systemClock)
const HOUR = 3_600
export const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url')
const SILENT = { debug() {}, info() {}, warn() {}, error() {} }
const SCOPE = parseScope('openid offline_access read')

/** The client of `credentials.ts` and one person; resolves with the person's id. */
export async function addPeople(storage: OpenedStorage): Promise<UserId> {
  const at = now()
  const userId = ids.next<UserId>()
  const hasher = await createPasswordHasher({ log: SILENT })
  const noLinks = {
    clientUri: undefined,
    logoUri: undefined,
    policyUri: undefined,
    tosUri: undefined,
  }
  await storage.commit([
    {
      kind: 'client.insert',
      client: {
        ...noLinks,
        rowId: ids.next(),
        id: clientId(CLIENT.id),
        name: 'Benchmark',
        applicationType: 'web',
        authMethod: 'client_secret_post',
        secretHash: hashSecret(CLIENT.secret),
        secretSealed: undefined,
        secretExpiresAt: undefined,
        registrationTokenHash: undefined,
        metadata: {},
        redirectUris: [parseRedirectUri(REDIRECT)],
        grantTypes: ['authorization_code', 'refresh_token', 'client_credentials'],
        scope: parseScope('openid offline_access read write'),
        registeredBy: 'operator',
        isEnabled: true,
        tokensValidFrom: after(at, -HOUR),
        contacts: [],
        createdAt: at,
        updatedAt: at,
        version: 1,
      },
    },
    {
      kind: 'user.insert',
      user: {
        id: userId,
        username: PERSON.username,
        usernameKey: PERSON.username,
        email: undefined,
        emailKey: undefined,
        passwordHash: await hasher.hash(PERSON.password),
        claims: {},
        role: 'user',
        isEnabled: true,
        createdAt: at,
        updatedAt: at,
        version: 1,
      },
    },
  ])
  return userId
}

/** So many networks, people and clients that are denied; none of them takes part. */
export async function addDenials(storage: OpenedStorage, count: number): Promise<void> {
  const at = now()
  const values = {
    ip: (n: number) => `198.19.${n % 256}.0/24`,
    client_id: (n: number) => `denied-${n}`,
  }
  const made = (['ip', 'client_id'] as const).flatMap((kind) =>
    Array.from({ length: count }, (_, n) => {
      const denial = {
        id: ids.next<DenialId>(),
        kind,
        value: values[kind](n),
        reason: 'benchmark',
        createdBy: 'cli',
        createdAt: at,
        expiresAt: undefined,
      }
      return [{ kind: 'denylist.put', denial } as const]
    }),
  )
  await commitAll(storage, made)
}

function consented(userId: UserId): Consented {
  const at = now()
  return { clientId: clientId(CLIENT.id), userId, scope: SCOPE, at, expiresAt: after(at, HOUR) }
}

/** Codes as a consent would have issued them. */
export async function addCodes(storage: OpenedStorage, userId: UserId, count: number) {
  const consent = consented(userId)
  const request = {
    redirectUri: parseRedirectUri(REDIRECT),
    codeChallenge: parseCodeChallenge(CHALLENGE, 'S256'),
    sessionId: undefined,
  }
  return addIssued(
    storage,
    Array.from({ length: count }, () => issuedCode(consent, request)),
  )
}

/** Families with one refresh token each. */
export async function addRefreshTokens(storage: OpenedStorage, userId: UserId, count: number) {
  const consent = consented(userId)
  return addIssued(
    storage,
    Array.from({ length: count }, () => issuedRefreshToken(consent)),
  )
}

/**
 * Access tokens issued `ago` seconds in the past, with ids of that time; each lived for an hour. Resolves
 * to those that can be presented: every `every`th.
 */
export async function addTokens(
  storage: OpenedStorage,
  count: number,
  ago: number,
  every = Number.POSITIVE_INFINITY,
): Promise<readonly string[]> {
  const past: Clock = { ...systemClock, nowMs: () => systemClock.nowMs() - ago * 1_000 }
  const pastIds = new IdMaker({ clock: past, random: systemRandom })
  const issuedAt = epochSeconds(now() - ago)
  const unknown = hashSecret('a token that nobody presents')
  const scope = parseScope('read write')
  const presentable: string[] = []
  const CHUNK = 50_000
  for (let made = 0; made < count; made += CHUNK) {
    const units = Array.from({ length: Math.min(CHUNK, count - made) }, (_, n) => {
      const id = pastIds.next<AccessToken['id']>()
      const minted =
        (made + n) % every === 0
          ? mintCredential(PREFIX.accessToken, id, systemRandom)
          : { value: undefined, secretHash: unknown }
      if (minted.value !== undefined) presentable.push(minted.value)
      const token: AccessToken = {
        id,
        hash: minted.secretHash,
        clientId: clientId(CLIENT.id),
        userId: undefined,
        familyId: undefined,
        scope,
        audience: [CLIENT.id],
        issuedAt,
        expiresAt: after(issuedAt, HOUR),
        revokedAt: undefined,
      }
      return [{ kind: 'token.insert', token } as const]
    })
    await commitAll(storage, units)
  }
  return presentable
}
