import {
  type ActObserver,
  type OAuthError,
  redirectTarget,
  withFragment,
  withQuery,
} from '@grantd/domain'
import type { RequestInfo } from '../endpoint.ts'
import type { Reply } from '../reply.ts'
import type { ProvenTarget } from './authorization-request.ts'

/** What an answer depends on besides the proven target. */
export interface Way {
  readonly issuer: string
  /** The browser came here by submitting one of our forms, and follows redirects under its form-action. */
  readonly isAfterForm: boolean
  readonly acts: Pick<ActObserver, 'authorizationRefused'>
}

/** Whether a page is being loaded: fetch() and programs that drive our forms want the redirect. */
export function loadsPage(request: RequestInfo): boolean {
  return request.headers.secFetchDest === 'document'
}

/**
 * Carries an answer to the proven redirect URI with `state` and `iss` (RFC 9207). After a form a
 * browser gets a page that leads on instead of a redirect: Chromium applies form-action to the whole
 * chain that follows, and where an app sends people on from its callback nobody can list (ADR 6).
 */
export function respond(
  target: ProvenTarget,
  answer: ReadonlyArray<readonly [string, string]>,
  way: Way,
): Reply {
  const state: ReadonlyArray<readonly [string, string]> =
    target.state === undefined ? [] : [['state', target.state]]
  const iss = ['iss', way.issuer] as const
  const destination = redirectTarget(target.redirectUri)
  if (target.responseMode === 'form_post') {
    return {
      kind: 'page',
      status: 200,
      page: { page: 'form_post', action: target.redirectUri, fields: [...answer, iss, ...state] },
    }
  }
  const location =
    target.responseMode === 'fragment'
      ? withFragment(target.redirectUri, [...answer, iss, ...state])
      : withQuery(target.redirectUri, [...answer, ...state, iss])
  if (!destination.isCustomScheme && !way.isAfterForm) return { kind: 'redirect', location }
  return {
    kind: 'page',
    status: 200,
    page: { page: 'continue', href: location, clientName: target.client.name },
  }
}

/** RFC 6749 §4.1.2.1. */
export function respondError(target: ProvenTarget, error: OAuthError, way: Way): Reply {
  way.acts.authorizationRefused(error.code)
  return respond(
    target,
    [
      ['error', error.code],
      ['error_description', error.message],
    ],
    way,
  )
}
