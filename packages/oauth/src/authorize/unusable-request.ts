import { wayBackTo } from '../clients/initiate-login.ts'
import type { Input } from '../endpoint.ts'
import { languageOf } from '../language/page-language.ts'
import type { Reply } from '../reply.ts'
import type { Services } from '../services.ts'
import type { Judged } from './authorization-request.ts'

/** Our own page for a request whose app is not proven, so that nothing may be sent there. */
export function unusableRequest(
  { fault, details, client }: Extract<Judged, { outcome: 'page' }>,
  showsDetails: boolean,
  input: Input,
  services: Services,
): Reply {
  return {
    kind: 'page',
    status: 400,
    page: {
      page: 'error',
      ...fault,
      code: undefined,
      errorId: input.request.requestId,
      details: showsDetails ? details : [],
      hasWayOn: false,
      startAgain: wayBackTo(client, languageOf(input, services), services),
    },
  }
}
