import { type OAuthError, redirectTarget, withFragment, withQuery } from '@grantd/domain'
import type { Reply } from '../reply.ts'
import type { ProvenTarget } from './authorization-request.ts'

/**
 * Carries an answer to the proven redirect URI with `state` and `iss` (RFC 9207). A private-use scheme
 * gets a page with a link: browsers apply form-action to every redirect after a submit.
 */
export function respond(
  target: ProvenTarget,
  answer: ReadonlyArray<readonly [string, string]>,
  issuer: string,
): Reply {
  const state: ReadonlyArray<readonly [string, string]> =
    target.state === undefined ? [] : [['state', target.state]]
  const iss = ['iss', issuer] as const
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
  if (!destination.isCustomScheme) return { kind: 'redirect', location }
  return {
    kind: 'page',
    status: 200,
    page: { page: 'continue', href: location, clientName: target.client.name },
  }
}

/** RFC 6749 §4.1.2.1. */
export function respondError(target: ProvenTarget, error: OAuthError, issuer: string): Reply {
  return respond(
    target,
    [
      ['error', error.code],
      ['error_description', error.message],
    ],
    issuer,
  )
}
