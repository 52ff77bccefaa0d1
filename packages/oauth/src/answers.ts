import type { Answer } from './endpoint.ts'

/** What many endpoints answer, for their documentation. */
export const PAGE: Answer = { status: 200, says: 'A page.', type: 'text/html' }

export const LEADS_ON: Answer = { status: 303, says: 'Leads to the page to go on with.' }

export const UNCHANGED: Answer = { status: 304, says: 'As If-None-Match says.' }

export const PROVIDER_FAILED: Answer = {
  status: 502,
  says: 'The provider does not answer, or not in a way that is understood.',
  type: 'text/html',
}
