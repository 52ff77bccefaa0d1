// Owns: the parameters that OpenID Connect adds to an authorization request (OIDC Core §3.1.2.1).
// Does not own: acting on them (authorize-endpoint.ts).
import {
  type ClaimsRequest,
  type Client,
  invalidRequest,
  OAuthError,
  type ResponseType,
} from '@grantd/domain'
import { refuseDetails } from '../authorization-details.ts'
import type { Params } from '../params.ts'
import type { Services } from '../services.ts'
import { REACHABLE_ACR } from '../tokens/acr.ts'
import { verifyIdTokenHint } from '../tokens/id-token-hint.ts'
import { parseClaims } from './claims-parameter.ts'

/** The contexts that are asked for, any of which will do; none when it does not matter. */
export interface WantedAcr {
  readonly values: readonly string[]
  /** A lesser context than these is an error. */
  readonly isEssential: boolean
}

export interface OpenIdParameters {
  readonly nonce: string | undefined
  readonly prompt: ReadonlySet<string>
  /** Seconds since the sign-in after which another is wanted; the client's default when not sent. */
  readonly maxAge: number | undefined
  readonly loginHint: string | undefined
  readonly claims: ClaimsRequest | undefined
  readonly acr: WantedAcr
  /** The `sub` of `id_token_hint`: who is expected to be signed in. */
  readonly hintedSubject: string | undefined
}

const MAX_NONCE = 512
export const PROMPTS = ['none', 'login', 'consent', 'select_account'] as const

/** Throws `invalid_request` or `unmet_authentication_requirements`. */
export async function readOpenIdParameters(
  params: Params,
  { client, responseType }: { readonly client: Client; readonly responseType: ResponseType },
  services: Pick<Services, 'keyring' | 'settings' | 'clock'>,
): Promise<OpenIdParameters> {
  if (params.get('registration') !== undefined)
    throw new OAuthError(
      'registration_not_supported',
      'the registration parameter is not supported',
    )
  refuseDetails(params)
  const nonce = params.get('nonce')
  if (nonce !== undefined && nonce.length > MAX_NONCE) throw invalidRequest('nonce is too long')
  // OIDC Core §3.3.2.11
  if (nonce === undefined && responseType !== 'code')
    throw invalidRequest('nonce is required when response_type has id_token')
  const claimsText = params.get('claims')
  const claims = claimsText === undefined ? undefined : parseClaims(claimsText)
  const acr = wantedAcr(claims, params.get('acr_values'), client)
  requireReachable(acr)
  const hint = params.get('id_token_hint')
  return {
    nonce,
    prompt: readPrompt(params.get('prompt')),
    maxAge: readMaxAge(params.get('max_age')) ?? client.metadata.default_max_age,
    loginHint: params.get('login_hint')?.slice(0, 256),
    claims,
    acr,
    hintedSubject:
      hint === undefined ? undefined : (await requireHint(hint, client, services)).subject,
  }
}

function readPrompt(text: string | undefined): ReadonlySet<string> {
  const values = text === undefined ? [] : text.split(' ')
  if (values.some((value) => !PROMPTS.some((known) => known === value))) {
    throw invalidRequest(`prompt must be of ${PROMPTS.join(', ')}`)
  }
  if (values.includes('none') && values.length > 1) {
    throw invalidRequest('prompt none cannot be combined')
  }
  return new Set(values)
}

function readMaxAge(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^[0-9]{1,9}$/.test(text)) throw invalidRequest('max_age must be whole seconds')
  return Number(text)
}

/** The `acr` claim says more than `acr_values`, and both more than what was registered (§5.5.1.1). */
function wantedAcr(
  claims: ClaimsRequest | undefined,
  acrValues: string | undefined,
  client: Client,
): WantedAcr {
  const wish = claims?.id_token?.acr
  const named = wish?.values ?? (wish?.value === undefined ? undefined : [wish.value])
  if (named !== undefined)
    return { values: named.map(String), isEssential: wish?.essential === true }
  const values = acrValues?.split(' ') ?? client.metadata.default_acr_values ?? []
  return { values, isEssential: false }
}

/** OIDC Core §5.5.1.1: an essential context that cannot be reached is an error, never a lesser one. */
function requireReachable({ values, isEssential }: WantedAcr): void {
  if (!isEssential || values.some((acr) => REACHABLE_ACR.includes(acr))) return
  throw new OAuthError(
    'unmet_authentication_requirements',
    'the requested authentication context (acr) cannot be reached here',
  )
}

async function requireHint(
  hint: string,
  client: Client,
  services: Pick<Services, 'keyring' | 'settings' | 'clock'>,
): Promise<{ readonly subject: string }> {
  const verified = await verifyIdTokenHint(hint, services)
  if (verified === undefined || verified.audience !== client.id)
    throw invalidRequest('id_token_hint is no ID token of this server for this client')
  return verified
}
