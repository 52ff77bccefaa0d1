// Owns: what is in grantd's database before the load: a client, a person, codes, refresh tokens, old rows.
// Written through @grantd/storage as the server itself writes.
import { createHash } from 'node:crypto'
import {
  type AccessToken,
  after,
  type Change,
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
  type TokenFamily,
  type UserId,
} from '@grantd/domain'
import type { OpenedStorage } from '@grantd/storage'
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
      return { unit: [{ kind: 'denylist.put', denial } as const] }
    }),
  )
  await commitAll(storage, made)
}

/** Codes as a consent would have issued them. */
export async function addCodes(storage: OpenedStorage, userId: UserId, count: number) {
  const at = now()
  const made = Array.from({ length: count }, () => {
    const minted = mintCredential(PREFIX.authorizationCode, ids.next(), systemRandom)
    const change: Change = {
      kind: 'code.insert',
      code: {
        id: idOf(minted.value, PREFIX.authorizationCode),
        secretHash: minted.secretHash,
        clientId: clientId(CLIENT.id),
        userId,
        sessionId: undefined,
        redirectUri: parseRedirectUri(REDIRECT),
        scope: SCOPE,
        resources: [],
        codeChallenge: parseCodeChallenge(CHALLENGE, 'S256'),
        nonce: undefined,
        authTime: at,
        amr: ['pwd'],
        openid: {},
        familyId: ids.next(),
        createdAt: at,
        expiresAt: after(at, HOUR),
        usedAt: undefined,
      },
    }
    return { value: minted.value, unit: [change] }
  })
  await commitAll(storage, made)
  return made.map(({ value }) => value)
}

/** Families with one refresh token each. */
export async function addRefreshTokens(storage: OpenedStorage, userId: UserId, count: number) {
  const at = now()
  const made = Array.from({ length: count }, () => {
    const minted = mintCredential(PREFIX.refreshToken, ids.next(), systemRandom)
    const family: TokenFamily = {
      id: ids.next(),
      clientId: clientId(CLIENT.id),
      userId,
      sessionId: undefined,
      scope: SCOPE,
      resources: [],
      authTime: at,
      amr: ['pwd'],
      openid: {},
      createdAt: at,
      expiresAt: after(at, HOUR),
      revokedAt: undefined,
    }
    const unit: Change[] = [
      { kind: 'family.insert', family },
      {
        kind: 'refresh.insert',
        refreshToken: {
          id: idOf(minted.value, PREFIX.refreshToken),
          secretHash: minted.secretHash,
          familyId: family.id,
          clientId: family.clientId,
          createdAt: at,
          expiresAt: family.expiresAt,
          usedAt: undefined,
          successorSealed: undefined,
          graceUses: 0,
        },
      },
    ]
    return { value: minted.value, unit }
  })
  await commitAll(storage, made)
  return made.map(({ value }) => value)
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
      return { unit: [{ kind: 'token.insert', token } as const] }
    })
    await commitAll(storage, units)
  }
  return presentable
}

/** Commits many units at once; the writer gathers them into few transactions. */
async function commitAll(
  storage: OpenedStorage,
  made: readonly { readonly unit: readonly Change[] }[],
): Promise<void> {
  for (let at = 0; at < made.length; at += 2_000) {
    await Promise.all(made.slice(at, at + 2_000).map(({ unit }) => storage.commit(unit)))
  }
}

function idOf<Id extends string>(credential: string, prefix: string): Id {
  return credential.slice(prefix.length, credential.indexOf('.')) as Id // as mintCredential wrote it
}
