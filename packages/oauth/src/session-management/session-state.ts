import { hash } from 'node:crypto'
import { redirectTarget, type SessionId } from '@grantd/domain'
import type { ProvenTarget } from '../authorize/authorization-request.ts'
import type { CookieChange } from '../reply.ts'
import type { Services } from '../services.ts'

/**
 * The cookie that the iframe reads (OIDC Session Management §3.2): a digest that changes with the
 * session and opens nothing. None where the feature is off.
 */
export function opStateCookies(
  session: SessionId | undefined,
  { settings }: Pick<Services, 'settings'>,
): readonly CookieChange[] {
  if (!settings.sessionManagement) return []
  const value = session === undefined ? undefined : opState(session)
  return [{ name: 'op_state', value, maxAge: value === undefined ? 0 : settings.sessionLifetime }]
}

/** `session_state` of an authentication answer (§2), for redirect URIs that have a web origin. */
export function sessionStateFields(
  target: ProvenTarget,
  session: SessionId,
  { settings, random }: Pick<Services, 'settings' | 'random'>,
): readonly (readonly [string, string])[] {
  const { origin, isCustomScheme } = redirectTarget(target.redirectUri)
  if (!settings.sessionManagement || isCustomScheme) return []
  const salt = random.base64url(12)
  const digest = hash('sha256', `${target.client.id} ${origin} ${opState(session)} ${salt}`, 'hex')
  return [['session_state', `${digest}.${salt}`]]
}

function opState(session: SessionId): string {
  return hash('sha256', `grantd op state ${session}`, 'base64url')
}
