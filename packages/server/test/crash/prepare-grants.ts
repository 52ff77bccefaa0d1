// Owns: codes and tokens that are in a database before the load starts. Does not own: whose they are (prepare.ts).
import {
  after,
  type Change,
  clientId,
  hashSecret,
  IdMaker,
  nowSeconds,
  parseCodeChallenge,
  parseRedirectUri,
  parseScope,
  systemClock,
  systemRandom,
} from '@grantd/domain'
import type { OpenedStorage } from '@grantd/storage'
import {
  addIssued,
  type Consented,
  commitAll,
  issuedCode,
  issuedRefreshToken,
} from '@grantd/testkit/grants'
import { CHALLENGE, type ClientKeys, REDIRECT, type SignedInUser } from './prepare.ts'

const ids = new IdMaker({ clock: systemClock, random: systemRandom })
const now = () => nowSeconds(systemClock)
const YEAR = 31_536_000

function consented(client: ClientKeys, user: SignedInUser): Consented {
  const at = now()
  const scope = parseScope('read offline_access')
  return { clientId: clientId(client.id), userId: user.id, scope, at, expiresAt: after(at, YEAR) }
}

/** Codes as a consent would have issued them, all with the verifier `VERIFIER`. */
export async function addCodes(
  storage: OpenedStorage,
  client: ClientKeys,
  user: SignedInUser,
  count: number,
): Promise<readonly string[]> {
  const consent = consented(client, user)
  const request = {
    redirectUri: parseRedirectUri(REDIRECT),
    codeChallenge: parseCodeChallenge(CHALLENGE, 'S256'),
    sessionId: user.sessionId,
  }
  return addIssued(
    storage,
    Array.from({ length: count }, () => issuedCode(consent, request)),
  )
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
): Promise<readonly string[]> {
  const consent = consented(client, user)
  return addIssued(
    storage,
    Array.from({ length: count }, () => issuedRefreshToken(consent)),
  )
}
