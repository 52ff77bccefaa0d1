import type { Endpoint } from '../endpoint.ts'
import { formFields } from '../form-fields.ts'

export const rootEndpoint: Endpoint = {
  id: 'root',
  method: 'GET',
  path: '/',
  spec: 'start page',
  summary: 'Leads to the profile.',
  caller: 'session',
  body: 'none',
  handle: () => ({ kind: 'redirect', location: '/profile' }),
}

const MAX_TEXT = 500

/** Contract: `/error?error=&error_description=&error_code=`; the text is escaped by the page. */
export const errorEndpoint: Endpoint = {
  id: 'error',
  method: 'GET',
  path: '/error',
  spec: 'error page',
  summary: 'Shows an error from its query.',
  parameters: formFields('error?', 'error_description?'),
  caller: 'session',
  body: 'none',
  handle: ({ params }) => ({
    kind: 'page',
    status: 200,
    page: {
      page: 'error',
      reason: 'failed',
      explanation: params.get('error_description')?.slice(0, MAX_TEXT),
      code: params.get('error')?.slice(0, 64),
      errorId: undefined,
      details: [],
      hasWayOn: true,
    },
  }),
}
