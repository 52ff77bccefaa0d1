// Owns: our own page for a request that may not be answered to the app, and its line in the log.
import { wayBackTo } from '../clients/initiate-login.ts'
import type { Input } from '../endpoint.ts'
import { languageOf } from '../language/page-language.ts'
import type { ErrorReason } from '../pages.ts'
import type { Reply } from '../reply.ts'
import type { Services } from '../services.ts'
import type { Judged } from './authorization-request.ts'

const MAX_LOGGED = 256

const LOGGED: Readonly<Partial<Record<ErrorReason, string>>> = {
  parameter_repeated: 'a parameter was sent more than once',
  client_missing: 'client_id is missing',
  client_unknown: 'no enabled client has this client_id',
  redirect_missing: 'redirect_uri is missing',
  redirect_unknown: 'redirect_uri is not registered for this client',
  redirect_unknown_native: 'redirect_uri is not registered for this client',
}

/** What the person sees: an id. What the administrator finds under that id: which app, which address. */
export function unusableRequest(
  { fault, details, client }: Extract<Judged, { outcome: 'page' }>,
  params: Input['params'],
  input: Input,
  services: Services,
): Reply {
  services.acts.authorizationRefused('page')
  const { requestId } = input.request
  // Without the query: an app may have put into it what no log should keep.
  const redirectUri = params.get('redirect_uri')?.split(/[?#]/)[0]?.slice(0, MAX_LOGGED)
  const fields = {
    request_id: requestId,
    client_id: params.get('client_id')?.slice(0, MAX_LOGGED),
    redirect_uri: redirectUri,
  }
  services.log.info(fields, fault.explanation ?? LOGGED[fault.reason] ?? fault.reason)
  return {
    kind: 'page',
    status: 400,
    page: {
      page: 'error',
      ...fault,
      code: undefined,
      errorId: requestId,
      details: services.settings.isDev ? details : [],
      hasWayOn: false,
      startAgain: wayBackTo(client, languageOf(input, services), services),
    },
  }
}
