// Owns: authorization codes: issuing them, and spending each exactly once (RFC 6749 §4.1.2).
// Does not own: who may get a code (authorize/, consent/), how tokens are made. Start here: `redeemCode`.
import {
  type AuthorizationCode,
  after,
  type Change,
  type Client,
  type CodeId,
  type EventType,
  invalidGrant,
  invalidRequest,
  mayUseGrant,
  mintCredential,
  type NewEvent,
  NO_CHALLENGE,
  nowSeconds,
  OAuthError,
  PREFIX,
  type PresentedCredential,
  sameHash,
  type TokenFamily,
  verifyPkce,
} from '@grantd/domain'
import { auditChange } from '../audit.ts'
import type { Services } from '../services.ts'
import { type IssuedTokens, type IssuePorts, issueTokens } from '../token/issue-tokens.ts'
import { mintRefreshToken } from '../tokens/refresh-token.ts'

type AuthPorts = IssuePorts & Pick<Services, 'log'>

export type NewCode = Omit<
  AuthorizationCode,
  'secretHash' | 'familyId' | 'createdAt' | 'expiresAt' | 'usedAt'
>

export interface RedeemCode {
  readonly client: Client
  readonly presented: PresentedCredential<CodeId>
  readonly redirectUri: string | undefined
  readonly verifier: string | undefined
  readonly resources: readonly string[]
  readonly ip: string
}

/** Keyed by code id: redemptions of one code run one after another, and storage lets only one win. */
export class AuthActor {
  readonly #ports: AuthPorts

  constructor(ports: AuthPorts) {
    this.#ports = ports
  }

  /**
   * Stores a code with `changes` (consent, audit) in one transaction and resolves to its text, or to
   * `undefined` when a guard among the changes was lost. Throws `invalid_request` when the client is
   * disabled or gone, `login_required` when the session has ended meanwhile: who is taken for signed in
   * may have signed out on another process.
   */
  async issueCode(message: {
    readonly code: NewCode
    readonly changes: readonly Change[]
  }): Promise<string | undefined> {
    const { ids, random, clock, settings, events } = this.#ports
    const minted = mintCredential(PREFIX.authorizationCode, message.code.id, random)
    const createdAt = nowSeconds(clock)
    const code: AuthorizationCode = {
      ...message.code,
      secretHash: minted.secretHash,
      familyId: ids.next(),
      createdAt,
      expiresAt: after(createdAt, settings.codeLifetime),
      usedAt: undefined,
    }
    const { scope, redirectUri, sessionId } = code
    const session: readonly Change[] =
      sessionId === undefined ? [] : [{ kind: 'session.requireLive', id: sessionId }]
    const result = await events.record(
      [
        { kind: 'client.requireEnabled', id: code.clientId },
        ...session,
        ...message.changes,
        { kind: 'code.insert', code },
      ],
      [aboutCode('authorization_code_created', code, { scope, redirect_uri: redirectUri })],
    )
    if (result.outcome === 'committed') return minted.value
    if (result.index === 0) throw invalidRequest('this application is no longer registered here')
    if (result.index <= session.length)
      throw new OAuthError('login_required', 'the session has ended; sign in again')
    return undefined
  }

  /**
   * Checks everything, then spends the code and stores its tokens in one transaction. A replay revokes
   * what the code bought. Throws `invalid_grant`.
   */
  async redeemCode(message: RedeemCode): Promise<IssuedTokens> {
    const { storage, clock } = this.#ports
    const code = await storage.codes.find(message.presented.id)
    if (code === undefined || !sameHash(code.secretHash, message.presented.secretHash)) {
      throw invalidGrant('authorization code is not valid')
    }
    // A stranger who found a code must not be able to burn it for its owner (CVE-2026-16089).
    if (code.clientId !== message.client.id) return this.#refuseForeign(code, message)
    if (code.usedAt !== undefined) return this.#refuseReplay(code, message)
    if (nowSeconds(clock) >= code.expiresAt) {
      this.#ports.events.tell(aboutCode('authorization_code_expired', code))
      throw invalidGrant('authorization code has expired')
    }
    if (message.redirectUri !== undefined && message.redirectUri !== code.redirectUri) {
      throw invalidGrant('redirect_uri differs from the authorization request')
    }
    // Without PKCE this comparison is all that ties the code to its request (RFC 6749 §4.1.3).
    if (code.codeChallenge === NO_CHALLENGE && message.redirectUri === undefined)
      throw invalidGrant('redirect_uri is required')
    await this.#checkVerifier(code, message)
    return this.#exchange(code, message)
  }

  async #exchange(code: AuthorizationCode, message: RedeemCode): Promise<IssuedTokens> {
    const { clock, settings, random, ids } = this.#ports
    const { client } = message
    if (!message.resources.every((resource) => code.resources.includes(resource))) {
      throw new OAuthError('invalid_target', 'resource was not part of the authorization')
    }
    if (code.createdAt < client.tokensValidFrom) throw invalidGrant('this grant was revoked')
    const at = nowSeconds(clock)
    const { scope, sessionId } = code
    const family: TokenFamily = {
      id: code.familyId,
      clientId: client.id,
      userId: code.userId,
      sessionId,
      scope,
      resources: code.resources,
      authTime: code.authTime,
      amr: code.amr,
      openid: code.openid,
      createdAt: at,
      expiresAt: after(at, settings.refreshFamilyLifetime),
      revokedAt: undefined,
    }
    const refresh = mayUseGrant(client, 'refresh_token')
      ? mintRefreshToken(family, at, { settings, random, ids })
      : undefined
    const result = await issueTokens(
      {
        client,
        grantType: 'authorization_code',
        scope,
        resources: message.resources.length > 0 ? message.resources : code.resources,
        family,
        nonce: code.nonce,
        ...(refresh && { refresh }),
        changes: [
          { kind: 'code.consume', id: code.id, at },
          // Signing out or a new password between consent and redemption ends the code as well;
          // its tokens would have no session left that could end them.
          ...(sessionId === undefined
            ? []
            : [{ kind: 'session.requireLive', id: sessionId } as const]),
          { kind: 'family.insert', family },
        ],
      },
      this.#ports,
    )
    if (result.outcome === 'issued') {
      this.#ports.events.tell(aboutCode('authorization_code_validated', code, { scope }))
      return result.tokens
    }
    if (result.index > 0) throw invalidGrant('the session behind this code has ended')
    return this.#refuseReplay(code, message) // another process spent it between our read and our write
  }

  async #checkVerifier(code: AuthorizationCode, message: RedeemCode): Promise<void> {
    try {
      verifyPkce(message.verifier, code.codeChallenge)
    } catch (refusal) {
      // The right client with a wrong verifier spends the code: no second guess (RFC 9700 §4.5).
      await this.#ports.storage.commit([
        { kind: 'code.burn', id: code.id, at: nowSeconds(this.#ports.clock) },
        this.#note('code.pkce_failed', code, message),
      ])
      throw refusal
    }
  }

  async #refuseReplay(code: AuthorizationCode, message: RedeemCode): Promise<never> {
    await this.#ports.storage.commit([
      { kind: 'family.revoke', id: code.familyId, at: nowSeconds(this.#ports.clock) },
      this.#note('code.reused', code, message, wayOfReuse(code, message)),
    ])
    this.#ports.log.warn(
      { client: code.clientId, code: code.id },
      'authorization code was used again; its tokens are revoked',
    )
    throw invalidGrant('authorization code was already used')
  }

  async #refuseForeign(code: AuthorizationCode, message: RedeemCode): Promise<never> {
    await this.#ports.storage.commit([this.#note('code.foreign_client', code, message)])
    this.#ports.log.warn(
      { client: message.client.id, code: code.id },
      'authorization code of another client was presented',
    )
    throw invalidGrant('authorization code is not valid')
  }

  #note(
    action: 'code.reused' | 'code.pkce_failed' | 'code.foreign_client',
    code: AuthorizationCode,
    message: RedeemCode,
    metadata: Readonly<Record<string, string>> = {},
  ): Change {
    return auditChange(
      {
        action,
        actor: message.client.id,
        targetKind: 'code',
        targetId: code.id,
        ip: message.ip,
        metadata: { ...metadata, client: code.clientId, user: code.userId },
      },
      this.#ports,
    )
  }
}

/** What a second use looks like, for whoever reads the audit log (T53): only the app has the verifier. */
function wayOfReuse(
  { codeChallenge }: AuthorizationCode,
  { verifier }: RedeemCode,
): Readonly<Record<string, string>> {
  if (codeChallenge === NO_CHALLENGE) return {}
  try {
    verifyPkce(verifier, codeChallenge)
    return { reason: 'reply lost, or the app asked twice: the verifier is right' }
  } catch {
    return { reason: 'the verifier is wrong: the code was probably stolen' }
  }
}

function aboutCode(
  type: EventType,
  code: AuthorizationCode,
  metadata: NewEvent['metadata'] = {},
): NewEvent {
  const { clientId, userId } = code
  return { type, clientId, userId, metadata: { ...metadata, code_id: code.id } }
}
