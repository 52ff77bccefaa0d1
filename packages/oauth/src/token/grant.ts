import type { Client } from '@grantd/domain'
import type { Static, TObject } from 'typebox'
import type { RequestInfo } from '../endpoint.ts'
import type { Services } from '../services.ts'
import type { IssuedTokens } from './issue-tokens.ts'

/** What a grant's `redeem` is given: all shared checks have passed. */
export interface GrantRequest<Parameters> {
  readonly client: Client
  readonly parameters: Parameters
  /** RFC 8707 `resource` values, in the order sent. */
  readonly resources: readonly string[]
  readonly request: RequestInfo
}

/**
 * One grant type. Client authentication, "may this client use it" and parameter checks happen before
 * `redeem`; tokens can only come from `issueTokens`, so no grant can leave a shared rule out.
 */
export interface Grant<Schema extends TObject = TObject> {
  readonly type: string
  readonly spec: string
  /** The parameters it reads, besides `grant_type`, `resource` and the client's credentials. */
  readonly parameters: Schema
  /** May throw as well as reject. */
  redeem(request: GrantRequest<Static<Schema>>, services: Services): Promise<IssuedTokens>
}

/**
 * Keeps the parameter types of a grant in its own file and lets the list hold them all. A form has
 * nothing but text, so the endpoint only checks that each parameter is there; a compiled validator
 * would cost 5 MB to say yes. Throws TypeError, at the start and never later, when a schema asks for
 * more than text: such a rule belongs into `redeem`, which can say what is wrong.
 */
export function grant<Schema extends TObject>(definition: Grant<Schema>): Grant {
  const { type, parameters } = definition
  for (const [name, schema] of Object.entries(parameters.properties)) {
    const { type: kind, ...more }: Record<string, unknown> = { ...schema }
    if (kind === 'string' && Object.keys(more).length === 0) continue
    throw new TypeError(`the grant ${type} must check ${name} itself: its schema may say text only`)
  }
  return definition as unknown as Grant // the endpoint checks parameters against the same schema first
}
