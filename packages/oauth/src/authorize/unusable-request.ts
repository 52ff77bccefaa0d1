// Owns: our own page for a request that may not be answered to the app, and its line in the log.
import type { Input } from '../endpoint.ts'
import type { Reply } from '../reply.ts'
import type { Services } from '../services.ts'

const MAX_LOGGED = 256

type Detail = { readonly label: string; readonly value: string }

/** What the person sees: an id. What the administrator finds under that id: which app, which address. */
export function unusableRequest(
  problem: { readonly message: string; readonly details: readonly Detail[] },
  params: Input['params'],
  input: Input,
  services: Services,
): Reply {
  const { requestId } = input.request
  // Without the query: an app may have put into it what no log should keep.
  const redirectUri = params.get('redirect_uri')?.split(/[?#]/)[0]?.slice(0, MAX_LOGGED)
  const fields = {
    request_id: requestId,
    client_id: params.get('client_id')?.slice(0, MAX_LOGGED),
    redirect_uri: redirectUri,
  }
  services.log.info(fields, problem.message)
  return {
    kind: 'page',
    status: 400,
    page: {
      page: 'error',
      title: 'This request cannot be used',
      message: problem.message,
      code: undefined,
      errorId: requestId,
      details: services.settings.isDev ? problem.details : [],
      wayOn: undefined,
    },
  }
}
