import type { Answer } from './endpoint.ts'

/** What many endpoints answer, for their documentation. */
export const PAGE: Answer = { status: 200, says: 'A page.', type: 'text/html' }

export const LEADS_ON: Answer = { status: 303, says: 'Leads to the page to go on with.' }

export const UNCHANGED: Answer = { status: 304, says: 'As If-None-Match says.' }
