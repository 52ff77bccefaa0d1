import { redirectTarget, scopeTokens } from '@grantd/domain'
import type { AuthorizationRequest } from '../authorize/authorization-request.ts'
import { digest, fromQuery } from '../authorize/request-text.ts'
import { clientAccent, clientWords } from '../clients/client-words.ts'
import type { SignedIn } from '../endpoint.ts'
import { type LanguageClues, languageOf } from '../language/page-language.ts'
import type { ConsentPage } from '../pages.ts'
import type { Reply } from '../reply.ts'
import type { Services } from '../services.ts'
import { mayBeRemembered, shownScope } from './consent-policy.ts'

export interface ConsentView {
  readonly request: AuthorizationRequest
  /** The request as one canonical query; the form carries it and its token is bound to it. */
  readonly query: string
  readonly signedIn: SignedIn
  readonly clues: LanguageClues
  readonly notice: ConsentPage['notice']
  readonly status: number
}

export function consentPage(view: ConsentView, services: Services): Reply {
  const { request, query, signedIn } = view
  const { client } = request
  const language = languageOf(view.clues, services, { query: fromQuery(query) })
  const target = redirectTarget(request.redirectUri)
  const isLoopback = /^https?:\/\/(127\.0\.0\.1|\[::1\]|localhost)(:|$)/.test(target.origin)
  return {
    kind: 'page',
    status: view.status,
    language,
    formAction: target.isCustomScheme ? [] : [target.origin],
    page: {
      page: 'consent',
      csrf: services.forms.issue('consent', signedIn.session.id, digest(query)),
      ...clientWords(client, language),
      accent: clientAccent(client),
      isVerified: client.registeredBy === 'operator',
      redirectTarget: target.isCustomScheme ? target.origin : new URL(target.origin).host,
      isLoopbackRedirect: isLoopback,
      username: signedIn.user.username,
      scopes: scopeTokens(shownScope(request)),
      mayRemember: mayBeRemembered(client, services),
      request: query,
      notice: view.notice,
    },
  }
}
