// Owns: logout that a client asks for (RP-Initiated Logout) and the page that confirms it. Does not own:
// what ending a session means (sessions/session-life.ts), telling clients (logout-actor.ts).
import { redirectTarget } from '@grantd/domain'
import { loadsPage } from '../authorize/authorization-response.ts'
import { digest, fromQuery, toQuery } from '../authorize/request-text.ts'
import { clientWords } from '../clients/client-words.ts'
import { wayBackTo } from '../clients/initiate-login.ts'
import type { Endpoint, Input, SignedIn } from '../endpoint.ts'
import { formFields } from '../form-fields.ts'
import { languageOf } from '../language/page-language.ts'
import type { Reply } from '../reply.ts'
import { Type } from '../schema.ts'
import type { Services } from '../services.ts'
import { opStateCookies } from '../session-management/session-state.ts'
import { endSession } from '../sessions/session-life.ts'
import { frontChannelUrls } from './front-channel.ts'
import { formActionOf, type LogoutRequest, readLogoutRequest } from './logout-request.ts'

const PATH = '/oauth/logout'
const SIGN_OUT = { name: 'session', value: undefined, maxAge: 0 } as const

const signOutCookies = (services: Services) => [SIGN_OUT, ...opStateCookies(undefined, services)]

const parameters = Type.Object({
  id_token_hint: Type.Optional(Type.String()),
  client_id: Type.Optional(Type.String()),
  post_logout_redirect_uri: Type.Optional(Type.String()),
  state: Type.Optional(Type.String()),
  logout_hint: Type.Optional(Type.String()),
  ui_locales: Type.Optional(Type.String()),
})

async function handle(input: Input, services: Services): Promise<Reply> {
  const request = await readLogoutRequest(input.params, services)
  const { signedIn } = input
  if (signedIn === undefined) return leave(request, input, services)
  if (isAboutThem(request, signedIn, services)) return signOut(request, signedIn, input, services)
  return confirmationPage(request, toQuery(input.params), signedIn, input, services)
}

/** A client that holds an ID token of this person need not ask them again. */
function isAboutThem(
  { hint, client }: LogoutRequest,
  { user }: SignedIn,
  services: Services,
): boolean {
  if (hint === undefined || client === undefined) return false
  return hint.subject === services.subjects.of(client, user.id)
}

function confirmationPage(
  request: LogoutRequest,
  query: string,
  { session, user }: SignedIn,
  input: Input,
  services: Services,
  status = 200,
): Reply {
  return {
    kind: 'page',
    status,
    formAction: formActionOf(request.returnTo),
    page: {
      page: 'logout',
      csrf: services.forms.issue('logout', session.id, digest(query)),
      request: query,
      username: user.username,
      clientName: nameOf(request.client, input, services),
    },
  }
}

function nameOf(
  client: LogoutRequest['client'],
  input: Input,
  services: Services,
): string | undefined {
  return client && clientWords(client, languageOf(input, services)).clientName
}

async function signOut(
  request: LogoutRequest,
  { session }: SignedIn,
  input: Input,
  services: Services,
): Promise<Reply> {
  const frames = await frontChannelUrls(session, services)
  await endSession(session, input.request.ip, services)
  services.logouts.tell.deliver()
  const isAfterForm = input.params.get('decision') !== undefined && loadsPage(input.request)
  if (frames.length === 0) return leave(request, input, services, isAfterForm)
  return {
    kind: 'page',
    status: 200,
    cookies: signOutCookies(services),
    page: {
      page: 'front_channel_logout',
      frames,
      wayOn: request.returnTo,
      clientName: nameOf(request.client, input, services),
    },
  }
}

/** Back to where the client wants the person, or to a page that says it is done. */
function leave(
  { client, returnTo }: LogoutRequest,
  input: Input,
  services: Services,
  isAfterForm = false,
): Reply {
  const cookies = signOutCookies(services)
  if (returnTo !== undefined && client !== undefined) {
    // After a form a browser gets a page that leads on, as after consent (ADR 6).
    if (!redirectTarget(returnTo).isCustomScheme && !isAfterForm)
      return { kind: 'redirect', location: returnTo, cookies }
    const page = { page: 'continue', href: returnTo, clientName: client.name } as const
    return { kind: 'page', status: 200, cookies, page }
  }
  const { issuer } = services.settings
  return {
    kind: 'page',
    status: 200,
    cookies,
    page: {
      page: 'message',
      notice: 'signed_out',
      host: new URL(issuer).host,
      startAgain: wayBackTo(client, languageOf(input, services), services),
    },
  }
}

export const logoutEndpoint: Endpoint = {
  id: 'logout.rp',
  method: 'GET',
  path: PATH,
  spec: 'OIDC RP-Initiated Logout §2',
  summary: 'Ends the session of a person when a client asks for it.',
  caller: 'session',
  body: 'none',
  duplicates: 'handler',
  tag: 'OAuth2',
  discoveryName: 'end_session_endpoint',
  parameters,
  handle,
}

/** Other sites post here without our cookies (SameSite); followed by GET, the browser sends them. */
export const logoutByPost: Endpoint = {
  id: 'logout.rp.post',
  method: 'POST',
  path: PATH,
  spec: 'OIDC RP-Initiated Logout §2',
  summary: 'The same by form.',
  caller: 'session',
  body: 'form',
  duplicates: 'handler',
  tag: 'OAuth2',
  parameters,
  handle: ({ params }) => ({ kind: 'redirect', location: `${PATH}?${toQuery(params)}` }),
}

export const logoutConfirm: Endpoint = {
  id: 'logout.confirm',
  method: 'POST',
  path: '/oauth/logout/confirm',
  spec: 'OIDC RP-Initiated Logout §2: the person decides',
  summary: 'Takes the decision of the logout page.',
  parameters: formFields('csrf', 'request', 'decision'),
  caller: 'session',
  body: 'form',
  async handle(input, services) {
    const query = input.params.get('request') ?? ''
    const request = await readLogoutRequest(fromQuery(query), services)
    const { signedIn } = input
    if (signedIn === undefined) return leave(request, input, services) // sent twice: it is done (T141)
    const csrf = input.params.get('csrf')
    const guard = services.forms.check(csrf, 'logout', signedIn.session.id, digest(query))
    if (guard.verdict !== 'valid')
      return confirmationPage(request, query, signedIn, input, services, 403)
    if (input.params.get('decision') === 'logout')
      return signOut(request, signedIn, input, services)
    return { kind: 'page', status: 200, page: { page: 'message', notice: 'still_signed_in' } }
  },
}
