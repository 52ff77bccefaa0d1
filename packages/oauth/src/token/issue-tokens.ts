// Owns: making tokens. Every grant ends here, so what must hold for each of them is checked here.
// Does not own: who may ask (the grants), signing (tokens/, keys/). Start here: `issueTokens`.
import {
  type AccessToken,
  type Change,
  type Client,
  hasScope,
  invalidClient,
  invalidGrant,
  isSubsetOf,
  type NewEvent,
  nowSeconds,
  type RefreshToken,
  type Scope,
  type TokenFamily,
} from '@grantd/domain'
import type { Services } from '../services.ts'
import { mintAccessToken } from '../tokens/access-token.ts'
import { mintIdToken } from '../tokens/id-token.ts'
import { claimsByName } from '../userinfo/claims-of-user.ts'

declare const issued: unique symbol

/** The success answer of RFC 6749 §5.1. Only `issueTokens` can make one. */
export interface IssuedTokens {
  readonly [issued]: true
  readonly access_token: string
  readonly token_type: 'Bearer'
  readonly expires_in: number
  readonly refresh_token?: string
  readonly scope: Scope
  readonly id_token?: string
}

export interface IssueOrder {
  readonly client: Client
  /** The `grant_type` behind it, for the event that tells of it. */
  readonly grantType: string
  readonly scope: Scope
  readonly resources: readonly string[]
  /** Absent when no person is behind the token (client_credentials). */
  readonly family?: TokenFamily
  /** The refresh token to hand out; `row` only when it is new. */
  readonly refresh?: { readonly value: string; readonly row?: RefreshToken }
  readonly nonce?: string | undefined
  /** Written in the same transaction, guards first: what makes this happen at most once. */
  readonly changes: readonly Change[]
}

/**
 * `lost`: another request spent what this one wanted to spend; nothing was written. `index` is the
 * place in the order's `changes` of the guard that did not hold.
 */
export type IssueResult =
  | { readonly outcome: 'issued'; readonly tokens: IssuedTokens }
  | { readonly outcome: 'lost'; readonly index: number }

/** What issuing tokens needs. */
export type IssuePorts = Pick<
  Services,
  | 'settings'
  | 'clock'
  | 'random'
  | 'ids'
  | 'storage'
  | 'events'
  | 'keyring'
  | 'subjects'
  | 'clientKeys'
  | 'clientUse'
  | 'denylist'
>

/**
 * Mints the tokens of an order and commits them with its changes; resolves when they are durable.
 * Throws `invalid_grant` when the person behind the tokens is disabled, denied or gone, and when the client
 * may no longer have what it was once granted; `invalid_client` when the client is disabled or gone.
 */
export async function issueTokens(order: IssueOrder, ports: IssuePorts): Promise<IssueResult> {
  const { client, scope, family } = order
  if (family !== undefined) {
    requireStillAllowed(family, client)
    if (ports.denylist.deniesUserId(family.userId)) throw notActive()
  }
  const noting = ports.clientUse.note(client)
  if (noting !== undefined) await noting
  const wishes = family?.openid.claims?.id_token
  const user = family && wishes && (await ports.storage.users.find(family.userId))
  const issuedAt = nowSeconds(ports.clock)
  const minting = mintAccessToken(
    {
      client,
      scope,
      resources: order.resources,
      issuedAt,
      ...(family && {
        userId: family.userId,
        subject: ports.subjects.of(client, family.userId),
        familyId: family.id,
        authTime: family.authTime,
        amr: family.amr,
      }),
    },
    ports,
  )
  const access = minting instanceof Promise ? await minting : minting
  const changes: Change[] = [
    { kind: 'client.requireEnabled', id: client.id }, // read long ago: it may be gone since
    ...order.changes,
    { kind: 'token.insert', token: access.row },
  ]
  if (order.refresh?.row !== undefined) {
    changes.push({ kind: 'refresh.insert', refreshToken: order.refresh.row })
  }
  const idToken =
    family !== undefined && hasScope(scope, 'openid')
      ? await mintIdToken(
          {
            client,
            userId: family.userId,
            scope,
            nonce: order.nonce,
            authTime: family.authTime,
            acr: family.openid.acr,
            amr: family.amr,
            sid: family.openid.sid,
            ...(user && { claims: claimsByName(user, wishes, client.scope) }),
            accessToken: access.value,
            issuedAt,
          },
          ports,
        )
      : undefined
  // Checked at every issue, in its transaction: a code or refresh token outlives the moment it was
  // granted (CVE-2026-16103), and nobody is disabled between the look and the write.
  if (family !== undefined) changes.push({ kind: 'user.requireActive', id: family.userId })
  const result = await ports.events.record(changes, [tokenCreated(order, access.row)])
  if (result.outcome === 'refused') {
    if (result.index === 0) throw invalidClient()
    if (changes[result.index]?.kind === 'user.requireActive') throw notActive()
    return { outcome: 'lost', index: result.index - 1 }
  }
  const tokens = {
    access_token: access.value,
    token_type: 'Bearer',
    expires_in: access.row.expiresAt - issuedAt,
    ...(order.refresh && { refresh_token: order.refresh.value }),
    scope,
    ...(idToken !== undefined && { id_token: idToken }),
  } as unknown as IssuedTokens // the brand is born here and nowhere else
  return { outcome: 'issued', tokens }
}

const notActive = () => invalidGrant('the account behind this grant is not active')

function tokenCreated(order: IssueOrder, token: AccessToken): NewEvent {
  return {
    type: 'token_created',
    clientId: order.client.id,
    userId: order.family?.userId,
    metadata: {
      scope: order.scope,
      grant_type: order.grantType,
      has_refresh_token: String(order.refresh !== undefined),
      token_id: token.id,
      family_id: order.family?.id,
    },
  }
}

/**
 * An operator who takes a scope from a client, or ends all its tokens, means the grants from before
 * as well. The whole grant counts, not the scope asked for now: an offline grant narrowed to `read`
 * would otherwise outlive the loss of `offline_access`.
 */
function requireStillAllowed(family: TokenFamily, client: Client): void {
  if (!isSubsetOf(family.scope, client.scope)) {
    throw invalidGrant('the client may no longer have the scope of this grant')
  }
  if (family.createdAt < client.tokensValidFrom) throw invalidGrant('this grant was revoked')
}
