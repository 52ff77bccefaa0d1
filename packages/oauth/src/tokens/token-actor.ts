// Owns: tokens after the grant: creating them for clients, rotating refresh tokens, revoking families.
// Does not own: codes (codes/), reading tokens (access-token.ts). Start here: `refresh`.
import {
  type Change,
  type Client,
  type ClientId,
  type EpochSeconds,
  epochSeconds,
  type FamilyId,
  type FoundRefreshToken,
  invalidGrant,
  narrowScope,
  nowSeconds,
  OAuthError,
  type PresentedCredential,
  type RefreshToken,
  type RefreshTokenId,
  type Scope,
  sameHash,
  type TokenFamily,
  type TokenId,
  type UserId,
} from '@grantd/domain'
import { auditChange } from '../audit.ts'
import type { Services } from '../services.ts'
import { type IssuedTokens, type IssuePorts, issueTokens } from '../token/issue-tokens.ts'
import { mintRefreshToken, openSuccessor, sealSuccessor } from './refresh-token.ts'

type TokenPorts = IssuePorts & Pick<Services, 'log'>

/** How often one rotated token may be presented again within the grace time. */
const MAX_GRACE_USES = 2

export interface RefreshOrder {
  readonly client: Client
  readonly presented: PresentedCredential<RefreshTokenId>
  /** The row of that id and its family, as read before this order waited for its turn. */
  readonly found: FoundRefreshToken
  /** The presented token's text; opens the sealed successor. */
  readonly value: string
  readonly scope: Scope | undefined
  readonly resources: readonly string[]
  readonly ip: string
}

/** Keyed by family: rotations of one chain run one after another, and storage lets only one win. */
export class TokenActor {
  readonly #ports: TokenPorts

  constructor(ports: TokenPorts) {
    this.#ports = ports
  }

  /** An access token for the client itself (RFC 6749 §4.4); nothing is spent, so nothing can be lost. */
  async create(message: {
    readonly client: Client
    readonly scope: Scope
    readonly resources: readonly string[]
  }): Promise<IssuedTokens> {
    const result = await issueTokens(
      { ...message, grantType: 'client_credentials', changes: [] },
      this.#ports,
    )
    if (result.outcome === 'issued') return result.tokens
    throw new Error('an issue without guards cannot be lost')
  }

  /**
   * Rotates a refresh token (RFC 9700 §4.14.2). A token presented again within the grace time gets its
   * one successor; after that the whole family dies. Throws `invalid_grant`, `invalid_scope`, `invalid_target`.
   */
  async refresh(order: RefreshOrder): Promise<IssuedTokens> {
    const { refreshToken, family } = order.found
    if (!sameHash(refreshToken.secretHash, order.presented.secretHash)) {
      throw invalidGrant('refresh token is not valid')
    }
    if (refreshToken.clientId !== order.client.id) return this.#refuseForeign(family, order)
    if (family.revokedAt !== undefined) throw invalidGrant('refresh token was revoked')
    const at = nowSeconds(this.#ports.clock)
    // Before the grace time is looked at: a retry must not reach past the absolute end either.
    if (at >= family.expiresAt) throw invalidGrant('refresh token has expired')
    if (refreshToken.usedAt !== undefined) return this.#repeat(refreshToken, family, order)
    if (at >= refreshToken.expiresAt) throw invalidGrant('refresh token has expired')
    return this.#rotate(refreshToken, family, order, at)
  }

  /** Revokes every token of a family; resolves when it is durable. */
  async revokeFamily(message: {
    readonly id: FamilyId
    readonly client: ClientId
    readonly user: UserId | undefined
    readonly actor: string
    readonly ip: string | undefined
  }): Promise<void> {
    await this.#ports.storage.commit([
      { kind: 'family.revoke', id: message.id, at: nowSeconds(this.#ports.clock) },
      auditChange(
        {
          action: 'token.revoked',
          actor: message.actor,
          targetKind: 'family',
          targetId: message.id,
          ip: message.ip,
          metadata: { client: message.client, ...(message.user && { user: message.user }) },
        },
        this.#ports,
      ),
    ])
  }

  /** Revokes one access token that has no family. */
  async revokeToken(message: {
    readonly id: TokenId
    readonly client: ClientId
    readonly actor: string
    readonly ip: string | undefined
  }): Promise<void> {
    await this.#ports.storage.commit([
      { kind: 'token.revoke', id: message.id, at: nowSeconds(this.#ports.clock) },
      auditChange(
        {
          action: 'token.revoked',
          actor: message.actor,
          targetKind: 'token',
          targetId: message.id,
          ip: message.ip,
          metadata: { client: message.client },
        },
        this.#ports,
      ),
    ])
  }

  async #rotate(
    refreshToken: RefreshToken,
    family: TokenFamily,
    order: RefreshOrder,
    at: EpochSeconds,
  ): Promise<IssuedTokens> {
    const successor = mintRefreshToken(family, at, this.#ports)
    const result = await issueTokens(
      {
        ...this.#narrowed(family, order),
        grantType: 'refresh_token',
        family,
        refresh: successor,
        changes: [
          {
            kind: 'refresh.rotate',
            id: refreshToken.id,
            at,
            successorSealed: sealSuccessor(successor.value, order.value),
          },
          { kind: 'family.requireLive', id: family.id },
        ],
      },
      this.#ports,
    )
    if (result.outcome === 'issued') return result.tokens
    // Another request was faster: read again, and treat this one as the repeat that it is.
    const now = await this.#ports.storage.refreshTokens.find(order.presented.id)
    if (now === undefined || now.family.revokedAt !== undefined)
      throw invalidGrant('refresh token was revoked')
    return this.#repeat(now.refreshToken, now.family, order)
  }

  async #repeat(
    refreshToken: RefreshToken,
    family: TokenFamily,
    order: RefreshOrder,
  ): Promise<IssuedTokens> {
    const { clock, settings } = this.#ports
    const at = nowSeconds(clock)
    const usedSince = epochSeconds(at - settings.refreshGrace)
    const sealed = refreshToken.successorSealed
    const usedAt = refreshToken.usedAt ?? 0
    // Used in the future: the clock was set back, and nobody knows how long ago that was.
    const isInTime = usedAt >= usedSince && usedAt <= at + settings.refreshGrace
    if (settings.refreshGrace > 0 && sealed !== undefined && isInTime) {
      const guards: Change[] = [
        { kind: 'refresh.useGrace', id: refreshToken.id, usedSince, maxUses: MAX_GRACE_USES },
        { kind: 'family.requireLive', id: family.id },
      ]
      const result = await issueTokens(
        {
          ...this.#narrowed(family, order),
          grantType: 'refresh_token',
          family,
          refresh: { value: openSuccessor(sealed, order.value) },
          changes: guards,
        },
        this.#ports,
      )
      if (result.outcome === 'issued') return result.tokens
    }
    await this.#ports.storage.commit([
      { kind: 'family.revoke', id: family.id, at },
      this.#note('refresh.reused', family, order),
    ])
    this.#ports.log.warn(
      { client: order.client.id, family: family.id },
      'refresh token was used again; its family is revoked',
    )
    throw invalidGrant('refresh token was already used')
  }

  #narrowed(
    family: TokenFamily,
    order: RefreshOrder,
  ): { client: Client; scope: Scope; resources: readonly string[] } {
    if (!order.resources.every((resource) => family.resources.includes(resource))) {
      throw new OAuthError('invalid_target', 'resource was not part of the authorization')
    }
    return {
      client: order.client,
      scope: order.scope === undefined ? family.scope : narrowScope(order.scope, family.scope),
      resources: order.resources.length > 0 ? order.resources : family.resources,
    }
  }

  async #refuseForeign(family: TokenFamily, order: RefreshOrder): Promise<never> {
    await this.#ports.storage.commit([this.#note('refresh.foreign_client', family, order)])
    throw invalidGrant('refresh token is not valid')
  }

  #note(
    action: 'refresh.reused' | 'refresh.foreign_client',
    family: TokenFamily,
    { client, ip }: RefreshOrder,
  ): Change {
    return auditChange(
      {
        action,
        actor: client.id,
        targetKind: 'family',
        targetId: family.id,
        ip,
        metadata: { client: family.clientId, user: family.userId },
      },
      this.#ports,
    )
  }
}
