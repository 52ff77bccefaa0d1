import type { IncomingMessage } from 'node:http'
import { OAuthError } from '@grantd/domain'

/**
 * Stops a form that another site sends with our visitor's cookies, before its body is read; the CSRF
 * token of the form is checked besides. `Origin: null` proves nothing here: our own pages send it,
 * because their referrer policy is no-referrer (Fetch §3.2). Throws `invalid_csrf_token`.
 */
export function refuseCrossSite(request: IncomingMessage, ownOrigin: string): void {
  const { origin } = request.headers
  const site = request.headers['sec-fetch-site']
  const isForeignSite = site !== undefined && site !== 'same-origin' && site !== 'none'
  const isForeignOrigin = origin !== undefined && origin !== 'null' && origin !== ownOrigin
  if (isForeignSite || isForeignOrigin) {
    throw new OAuthError('invalid_csrf_token', 'this form was not sent from a page of this server')
  }
}
