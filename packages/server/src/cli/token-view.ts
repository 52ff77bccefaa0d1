// Owns: how a token of this server looks to its operator.
import type { InspectedToken } from '@grantd/oauth'
import { type CliError, notFound } from './exit.ts'
import { fields, iso, moment } from './output.ts'
import type { Tools } from './tools.ts'

export interface TokenFacts {
  readonly active: boolean
  readonly inactive_because?: string
  readonly kind: 'access token' | 'refresh token'
  readonly id: string
  readonly client_id: string
  readonly username: string | undefined
  readonly sub: string
  readonly scope: string
  readonly aud: readonly string[]
  readonly family: string | undefined
  readonly issued_at: number
  readonly expires_at: number
}

export async function tokenFacts(inspected: InspectedToken, tools: Tools): Promise<TokenFacts> {
  const isAccess = inspected.kind === 'access'
  const { token, endedBy } = inspected
  const userId = isAccess ? inspected.token.userId : inspected.family.userId
  const user = userId && (await tools.services.storage.users.find(userId))
  return {
    active: endedBy === undefined,
    ...(endedBy !== undefined && { inactive_because: endedBy }),
    kind: isAccess ? 'access token' : 'refresh token',
    id: token.id,
    client_id: token.clientId,
    username: user?.username,
    sub: userId ?? token.clientId,
    scope: isAccess ? inspected.token.scope : inspected.family.scope,
    aud: isAccess ? inspected.token.audience : inspected.family.resources,
    family: token.familyId,
    issued_at: isAccess ? inspected.token.issuedAt : inspected.token.createdAt,
    expires_at: token.expiresAt,
  }
}

export function tokenFields(facts: TokenFacts): string {
  return fields([
    ['active', facts.active ? 'yes' : `no: ${facts.inactive_because}`],
    ['kind', facts.kind],
    ['client', facts.client_id],
    ['user', facts.username],
    ['subject', facts.sub],
    ['scope', facts.scope],
    ['audience', facts.aud.length === 0 ? undefined : facts.aud.join(' ')],
    ['issued', moment(facts.issued_at)],
    ['expires', moment(facts.expires_at)],
    ['family', facts.family],
    ['id', facts.id],
  ])
}

export function tokenJson(facts: TokenFacts): object {
  return { ...facts, issued_at: iso(facts.issued_at), expires_at: iso(facts.expires_at) }
}

export function unknownToken(): CliError {
  return notFound(
    'this server knows no such token: made by another one, altered, or expired and cleaned up',
    'look inside: grantd token decode',
  )
}
