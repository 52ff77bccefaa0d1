import type { RequestInfo } from '../endpoint.ts'
import type { Reply } from '../reply.ts'
import type { Judged } from './authorization-request.ts'

/** Our own page for a request whose app is not proven, so that nothing may be sent there. */
export function unusableRequest(
  { fault, details }: Extract<Judged, { outcome: 'page' }>,
  showsDetails: boolean,
  { requestId }: RequestInfo,
): Reply {
  return {
    kind: 'page',
    status: 400,
    page: {
      page: 'error',
      ...fault,
      code: undefined,
      errorId: requestId,
      details: showsDetails ? details : [],
      hasWayOn: false,
    },
  }
}
