import {
  type Client,
  OAuthError,
  RESPONSE_TYPES,
  type RedirectUri,
  type ResponseType,
  redirectTarget,
} from '@grantd/domain'

/** How an answer travels (OAuth 2.0 Multiple Response Types §2.1, Form Post Response Mode). */
export const RESPONSE_MODES = ['query', 'fragment', 'form_post'] as const
export type ResponseMode = (typeof RESPONSE_MODES)[number]

/** One text per set of words: their order means nothing (RFC 6749 §3.1.1). */
function canonical(text: string): string {
  return [...new Set(text.split(' '))].sort().join(' ')
}

/** Throws `invalid_request`, `unsupported_response_type` or `unauthorized_client`. */
export function readResponseType(text: string | undefined, client: Client): ResponseType {
  if (text === undefined) throw new OAuthError('invalid_request', 'response_type is required')
  const wanted = canonical(text)
  const known = RESPONSE_TYPES.find((type) => canonical(type) === wanted)
  if (known === undefined) {
    throw new OAuthError(
      'unsupported_response_type',
      `response_type must be one of: ${RESPONSE_TYPES.join(', ')}`,
    )
  }
  if (!responseTypesOf(client).includes(known)) {
    throw new OAuthError('unauthorized_client', `this client is not registered for ${known}`)
  }
  return known
}

/** OIDC Registration §2: `code` unless others were registered. */
export function responseTypesOf(client: Pick<Client, 'metadata'>): readonly ResponseType[] {
  return client.metadata.response_types ?? ['code']
}

function isHybridClient(client: Pick<Client, 'metadata'>): boolean {
  return responseTypesOf(client).includes('code id_token')
}

/** Modes that are safe for what may be answered: a code fits a query, an ID token never does. */
function modesOf(
  client: Client,
  redirectUri: RedirectUri,
  responseType: ResponseType,
): readonly ResponseMode[] {
  // Who registered nothing but `code` has no page that reads a fragment (T16).
  const modes: readonly ResponseMode[] =
    responseType !== 'code'
      ? ['fragment', 'form_post']
      : isHybridClient(client)
        ? RESPONSE_MODES
        : ['query', 'form_post']
  // No form can be posted to an app's own scheme; its answers go the other way.
  const { isCustomScheme } = redirectTarget(redirectUri)
  return isCustomScheme ? modes.filter((mode) => mode !== 'form_post') : modes
}

/**
 * Where an answer goes, also the one that refuses the request: what was asked for if it may be, else
 * the default of the response type (OAuth 2.0 Multiple Response Types §5).
 */
export function modeOfAnswer(
  client: Client,
  redirectUri: RedirectUri,
  asked: { readonly mode: string | undefined; readonly responseType: string | undefined },
): ResponseMode {
  const wanted = canonical(asked.responseType ?? '')
  const isHybrid = wanted === canonical('code id_token') && isHybridClient(client)
  const modes = modesOf(client, redirectUri, isHybrid ? 'code id_token' : 'code')
  return modes.find((mode) => mode === asked.mode) ?? modes[0] ?? 'query'
}

/** Throws `invalid_request` for a mode that is unknown, or not safe for what is answered. */
export function checkResponseMode(
  { client, redirectUri }: { readonly client: Client; readonly redirectUri: RedirectUri },
  mode: string | undefined,
  responseType: ResponseType,
): void {
  const modes = modesOf(client, redirectUri, responseType)
  if (mode === undefined || modes.some((one) => one === mode)) return
  throw new OAuthError('invalid_request', `response_mode must be one of: ${modes.join(', ')}`)
}
