// Owns: codes and tokens that are in a database before the load starts. Does not own: whose they are (prepare.ts).
import {
  type AuthorizationCode,
  after,
  type Change,
  type CodeId,
  clientId,
  hashSecret,
  IdMaker,
  mintCredential,
  nowSeconds,
  PREFIX,
  parseCodeChallenge,
  parseRedirectUri,
  parseScope,
  type RefreshTokenId,
  systemClock,
  systemRandom,
  type TokenFamily,
} from '@grantd/domain'
import type { OpenedStorage } from '@grantd/storage'
import { CHALLENGE, type ClientKeys, commitAll, REDIRECT, type SignedInUser } from './prepare.ts'

const ids = new IdMaker({ clock: systemClock, random: systemRandom })
const now = () => nowSeconds(systemClock)
const YEAR = 31_536_000

/** Codes as a consent would have issued them, all with the verifier `VERIFIER`. */
export async function addCodes(
  storage: OpenedStorage,
  client: ClientKeys,
  user: SignedInUser,
  count: number,
): Promise<string[]> {
  const at = now()
  const made = Array.from({ length: count }, () => {
    const id = ids.next<CodeId>()
    const minted = mintCredential(PREFIX.authorizationCode, id, systemRandom)
    const code: AuthorizationCode = {
      id,
      secretHash: minted.secretHash,
      clientId: clientId(client.id),
      userId: user.id,
      sessionId: user.sessionId,
      redirectUri: parseRedirectUri(REDIRECT),
      scope: parseScope('read offline_access'),
      resources: [],
      codeChallenge: parseCodeChallenge(CHALLENGE, 'S256'),
      nonce: undefined,
      authTime: at,
      amr: ['pwd'],
      openid: {},
      familyId: ids.next(),
      createdAt: at,
      expiresAt: after(at, YEAR),
      usedAt: undefined,
    }
    return { value: minted.value, code }
  })
  await commitAll(
    storage,
    made.map(({ code }) => [{ kind: 'code.insert', code }]),
  )
  return made.map(({ value }) => value)
}

/** Access tokens that ended an hour ago, for the janitor to delete. */
export async function addExpiredTokens(
  storage: OpenedStorage,
  client: ClientKeys,
  count: number,
): Promise<void> {
  const at = now()
  const units = Array.from({ length: count }, (): Change[] => [
    {
      kind: 'token.insert',
      token: {
        id: ids.next(),
        hash: hashSecret(systemRandom.base64url(32)),
        clientId: clientId(client.id),
        userId: undefined,
        familyId: undefined,
        scope: parseScope('read'),
        audience: [],
        issuedAt: after(at, -7_200),
        expiresAt: after(at, -3_600),
        revokedAt: undefined,
      },
    },
  ])
  await commitAll(storage, units)
}

/** Families with one refresh token each. */
export async function addRefreshTokens(
  storage: OpenedStorage,
  client: ClientKeys,
  user: SignedInUser,
  count: number,
): Promise<string[]> {
  const at = now()
  const made = Array.from({ length: count }, () => {
    const id = ids.next<RefreshTokenId>()
    const minted = mintCredential(PREFIX.refreshToken, id, systemRandom)
    const family: TokenFamily = {
      id: ids.next(),
      clientId: clientId(client.id),
      userId: user.id,
      sessionId: undefined,
      scope: parseScope('read offline_access'),
      resources: [],
      authTime: at,
      amr: ['pwd'],
      openid: {},
      createdAt: at,
      expiresAt: after(at, YEAR),
      revokedAt: undefined,
    }
    const unit: Change[] = [
      { kind: 'family.insert', family },
      {
        kind: 'refresh.insert',
        refreshToken: {
          id,
          secretHash: minted.secretHash,
          familyId: family.id,
          clientId: family.clientId,
          createdAt: at,
          expiresAt: after(at, YEAR),
          usedAt: undefined,
          successorSealed: undefined,
          graceUses: 0,
        },
      },
    ]
    return { value: minted.value, unit }
  })
  await commitAll(
    storage,
    made.map(({ unit }) => unit),
  )
  return made.map(({ value }) => value)
}
