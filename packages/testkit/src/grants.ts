// Owns: codes and refresh tokens as a consent would have issued them, for what begins with a database
// that is in use. Does not own: whose they are.
import {
  type AuthorizationCode,
  type Change,
  type CodeId,
  type EpochSeconds,
  IdMaker,
  mintCredential,
  PREFIX,
  type RefreshTokenId,
  systemClock,
  systemRandom,
  type TokenFamily,
  type UnitOfWork,
} from '@grantd/domain'

const ids = new IdMaker({ clock: systemClock, random: systemRandom })
const TOGETHER = 2_000

/** Who consented to what, and from when until when it is good. */
export interface Consented extends Pick<TokenFamily, 'clientId' | 'userId' | 'scope'> {
  readonly at: EpochSeconds
  readonly expiresAt: EpochSeconds
}

/** What the caller presents, and the unit that makes it good. */
export interface Issued {
  readonly value: string
  readonly unit: readonly Change[]
}

export function issuedCode(
  { at, ...consented }: Consented,
  request: Pick<AuthorizationCode, 'redirectUri' | 'codeChallenge' | 'sessionId'>,
): Issued {
  const id = ids.next<CodeId>()
  const { value, secretHash } = mintCredential(PREFIX.authorizationCode, id, systemRandom)
  const code: AuthorizationCode = {
    ...consented,
    ...request,
    id,
    secretHash,
    resources: [],
    nonce: undefined,
    authTime: at,
    amr: ['pwd'],
    openid: {},
    familyId: ids.next(),
    createdAt: at,
    usedAt: undefined,
  }
  return { value, unit: [{ kind: 'code.insert', code }] }
}

/** The first refresh token of a family of its own. */
export function issuedRefreshToken({ at, ...consented }: Consented): Issued {
  const id = ids.next<RefreshTokenId>()
  const { value, secretHash } = mintCredential(PREFIX.refreshToken, id, systemRandom)
  const family: TokenFamily = {
    ...consented,
    id: ids.next(),
    sessionId: undefined,
    resources: [],
    authTime: at,
    amr: ['pwd'],
    openid: {},
    createdAt: at,
    revokedAt: undefined,
  }
  const refreshToken = {
    id,
    secretHash,
    familyId: family.id,
    clientId: family.clientId,
    createdAt: at,
    expiresAt: family.expiresAt,
    usedAt: undefined,
    successorSealed: undefined,
    graceUses: 0,
  }
  return {
    value,
    unit: [
      { kind: 'family.insert', family },
      { kind: 'refresh.insert', refreshToken },
    ],
  }
}

/** Makes all of it good; resolves with what is to be presented. */
export async function addIssued(
  storage: UnitOfWork,
  issued: readonly Issued[],
): Promise<readonly string[]> {
  await commitAll(
    storage,
    issued.map(({ unit }) => unit),
  )
  return issued.map(({ value }) => value)
}

/** Commits many units at once; the writer gathers them into few transactions. */
export async function commitAll(
  storage: UnitOfWork,
  units: readonly (readonly Change[])[],
): Promise<void> {
  for (let at = 0; at < units.length; at += TOGETHER) {
    await Promise.all(units.slice(at, at + TOGETHER).map((unit) => storage.commit(unit)))
  }
}
