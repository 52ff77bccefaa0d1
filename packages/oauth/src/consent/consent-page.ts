import { redirectTarget, scopeTokens } from '@grantd/domain'
import type { AuthorizationRequest } from '../authorize/authorization-request.ts'
import { digest } from '../authorize/request-text.ts'
import type { SignedIn } from '../endpoint.ts'
import { logoPath } from '../logo/client-logos.ts'
import type { ConsentPage } from '../pages.ts'
import type { Reply } from '../reply.ts'
import type { Services } from '../services.ts'
import { mayBeRemembered, shownScope } from './consent-policy.ts'

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  openid: 'Know who you are here',
  profile: 'See your profile, such as your name',
  email: 'See your e-mail address',
  address: 'See your postal address',
  phone: 'See your phone number',
  offline_access: 'Keep access while you are away',
  read: 'Read your data',
  write: 'Change your data',
  admin: 'Administer this server',
}

export interface ConsentView {
  readonly request: AuthorizationRequest
  /** The request as one canonical query; the form carries it and its token is bound to it. */
  readonly query: string
  readonly signedIn: SignedIn
  readonly notice: ConsentPage['notice']
  readonly status: number
}

export function consentPage(view: ConsentView, services: Services): Reply {
  const { request, query, signedIn } = view
  const { client } = request
  const target = redirectTarget(request.redirectUri)
  const isLoopback = /^https?:\/\/(127\.0\.0\.1|\[::1\]|localhost)(:|$)/.test(target.origin)
  return {
    kind: 'page',
    status: view.status,
    formAction: target.isCustomScheme ? [] : [target.origin],
    page: {
      page: 'consent',
      csrf: services.forms.issue('consent', signedIn.session.id, digest(query)),
      clientName: client.name,
      isVerified: client.registeredBy === 'operator',
      logo: logoPath(client),
      clientUri: client.clientUri,
      policyUri: client.policyUri,
      tosUri: client.tosUri,
      redirectTarget: target.isCustomScheme ? target.origin : new URL(target.origin).host,
      isLoopbackRedirect: isLoopback,
      username: signedIn.user.username,
      scopes: scopeTokens(shownScope(request)).map((token) => ({
        token,
        description: DESCRIPTIONS[token] ?? `Use “${token}”`,
      })),
      mayRemember: mayBeRemembered(client, services),
      request: query,
      notice: view.notice,
    },
  }
}
