// Owns: the five phases of a token request. Does not own: what a grant spends (grants/), how tokens
// are made (issue-tokens.ts). Start here: `handle`.
import { invalidRequest, mayUseGrant, OAuthError, unauthorizedClient } from '@grantd/domain'
import type { TObject } from 'typebox'
import { REFUSED_DETAILS, refuseDetails } from '../authorization-details.ts'
import type { Endpoint, Input } from '../endpoint.ts'
import type { Params } from '../params.ts'
import { Type } from '../schema.ts'
import type { Services } from '../services.ts'
import type { Grant } from './grant.ts'
import { GRANTS } from './grants/registry.ts'
import type { IssuedTokens } from './issue-tokens.ts'

interface PreparedGrant {
  readonly grant: Grant
  readonly names: readonly string[]
  readonly required: readonly string[]
}

const PREPARED: ReadonlyMap<string, PreparedGrant> = new Map(
  GRANTS.map((grant) => [
    grant.type,
    {
      grant,
      names: Object.keys(grant.parameters.properties),
      required: grant.parameters.required ?? [],
    },
  ]),
)

/** The parameters of all grants in one form; which of them need which is said of each. */
function parametersOf(grants: readonly Grant[]): TObject {
  const readers = Map.groupBy(
    grants.flatMap(({ type, parameters: { properties, required } }) => {
      const needed: readonly string[] = required ?? []
      return Object.keys(properties).map((name) => ({
        name,
        type,
        isNeeded: needed.includes(name),
      }))
    }),
    ({ name }) => name,
  )
  const members = [...readers].map(([name, uses]) => {
    const words = uses.map(({ type, isNeeded }) => `${type}${isNeeded ? ' (needed)' : ''}`)
    return [name, Type.Optional(Type.String({ description: `For ${words.join(', ')}.` }))] as const
  })
  return Type.Object({
    grant_type: Type.String({ enum: grants.map(({ type }) => type) }),
    ...Object.fromEntries(members),
    ...REFUSED_DETAILS,
    resource: Type.Optional(
      Type.Array(Type.String(), { description: 'May be sent several times (RFC 8707).' }),
    ),
  })
}

export const tokenEndpoint: Endpoint = {
  id: 'token',
  method: 'POST',
  path: '/oauth/token',
  spec: 'RFC 6749 §3.2',
  summary: 'Exchanges a grant for tokens.',
  caller: 'client',
  allowsPublicClient: true,
  body: 'form',
  tag: 'OAuth2',
  discoveryName: 'token_endpoint',
  cors: true,
  parameters: parametersOf(GRANTS),
  response: Type.Object(
    {
      access_token: Type.String(),
      token_type: Type.Literal('Bearer'),
      expires_in: Type.Integer(),
      refresh_token: Type.Optional(Type.String()),
      scope: Type.String(),
      id_token: Type.Optional(Type.String()),
    },
    { $id: 'Tokens' },
  ),
  refuses: [
    'invalid_grant',
    'unauthorized_client',
    'unsupported_grant_type',
    'invalid_scope',
    'invalid_target',
    'invalid_authorization_details',
  ],
  async handle(input, services) {
    try {
      return { kind: 'json', status: 200, body: await exchangeGrant(input, services) }
    } catch (error) {
      const code = error instanceof OAuthError ? error.code : 'server_error'
      services.acts.tokenRefused(input.params.get('grant_type'), code)
      throw error
    }
  },
}

async function exchangeGrant(
  { params, client, request }: Input,
  services: Services,
): Promise<IssuedTokens> {
  const { grant, ...prepared } = pickGrant(params)
  if (client === undefined) throw new Error('the mount authenticates the client first')
  if (!mayUseGrant(client, grant.type)) {
    throw unauthorizedClient(`this client is not registered for ${grant.type}`)
  }
  refuseDetails(params)
  const parameters = checkParameters(params, prepared)
  const resources = params.all('resource')
  return grant.redeem({ client, parameters, resources, request }, services)
}

function pickGrant(params: Params): PreparedGrant {
  const type = params.get('grant_type')
  if (type === undefined) throw invalidRequest('grant_type is required')
  const prepared = PREPARED.get(type)
  if (prepared === undefined) {
    throw new OAuthError('unsupported_grant_type', 'this grant_type is not supported')
  }
  return prepared
}

function checkParameters(
  params: Params,
  prepared: Omit<PreparedGrant, 'grant'>,
): Record<string, string> {
  const values: Record<string, string> = {}
  for (const name of prepared.names) {
    const value = params.get(name)
    if (value !== undefined) values[name] = value
    else if (prepared.required.includes(name)) throw invalidRequest(`${name} is required`)
  }
  return values
}
