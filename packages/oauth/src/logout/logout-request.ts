import {
  type Client,
  type ClientId,
  type RedirectUri,
  redirectTarget,
  withQuery,
} from '@grantd/domain'
import type { Params } from '../params.ts'
import type { Services } from '../services.ts'
import { type IdTokenHint, verifyIdTokenHint } from '../tokens/id-token-hint.ts'

/** A logout request as far as it can be believed (RP-Initiated Logout §2). */
export interface LogoutRequest {
  readonly client: Client | undefined
  /** Whose session the client means; only from a valid hint. */
  readonly hint: IdTokenHint | undefined
  /** Where to go afterwards, with `state`; only when it is registered for the client (T139). */
  readonly returnTo: RedirectUri | undefined
}

const MAX_STATE = 2_048
const CONTROL = /\p{Cc}/u

/**
 * Reads the parameters. Nothing here is an error: what cannot be believed is left out, and a logout
 * that is not proven is confirmed by the person (T138, T140). A hint that does not verify, or that
 * was issued to another client than `client_id` says, takes the return address with it.
 */
export async function readLogoutRequest(
  params: Params,
  services: Services,
): Promise<LogoutRequest> {
  const none = { client: undefined, hint: undefined, returnTo: undefined }
  if (params.duplicates.length > 0) return none
  const hintText = params.get('id_token_hint')
  const hint = hintText === undefined ? undefined : await verifyIdTokenHint(hintText, services)
  if (hintText !== undefined && hint === undefined) return none
  const named = params.get('client_id')
  if (hint !== undefined && named !== undefined && hint.audience !== named) return none
  const id = hint?.audience ?? named
  const client = id === undefined ? undefined : await find(id, services)
  if (client === undefined) return none
  return { client, hint, returnTo: returnAddress(params, client) }
}

async function find(id: string, services: Services): Promise<Client | undefined> {
  const client =
    id.length > 256 ? undefined : await services.clients.for(id).find({ id: id as ClientId })
  return client?.isEnabled === true ? client : undefined
}

function returnAddress(params: Params, client: Client): RedirectUri | undefined {
  const uri = params.get('post_logout_redirect_uri') as RedirectUri | undefined // compared, not believed
  const registered: readonly string[] = client.metadata.post_logout_redirect_uris ?? []
  if (uri === undefined || !registered.includes(uri)) return undefined
  const state = params.get('state')
  if (state === undefined) return uri
  if (state.length > MAX_STATE || CONTROL.test(state)) return undefined
  return withQuery(uri, [['state', state]]) as RedirectUri // the registered one with a query
}

/** The CSP source that a form must allow to end at `uri`; none for an app's own scheme. */
export function formActionOf(uri: RedirectUri | undefined): readonly string[] {
  const target = uri === undefined ? undefined : redirectTarget(uri)
  return target === undefined || target.isCustomScheme ? [] : [target.origin]
}
