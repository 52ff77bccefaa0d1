import type { Endpoint } from '../endpoint.ts'
import { loginPath } from '../login/return-to.ts'

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

export const profileEndpoint: Endpoint = {
  id: 'profile',
  method: 'GET',
  path: '/profile',
  spec: 'profile page',
  summary: 'Shows who is signed in, and which apps have access.',
  caller: 'session',
  body: 'none',
  async handle({ signedIn }, services) {
    if (signedIn === undefined) return { kind: 'redirect', location: loginPath('/profile') }
    const { user, session } = signedIn
    const families = await services.storage.families.listByUser(user.id)
    const apps = await Promise.all(
      families.map(async (family) => {
        const client = await services.clients.for(family.clientId).find({ id: family.clientId })
        return {
          clientName: client?.name ?? family.clientId,
          scope: family.scope,
          since: family.createdAt,
        }
      }),
    )
    return {
      kind: 'page',
      status: 200,
      page: {
        page: 'profile',
        csrf: services.forms.issue('logout', session.id),
        username: user.username,
        email: user.email,
        role: user.role,
        userId: user.id,
        sessionStartedAt: session.createdAt,
        apps,
        issuer: services.settings.issuer,
      },
    }
  },
}

const MAX_TEXT = 500

/** Contract: `/error?error=&error_description=&error_code=`; the text is escaped by the page. */
export const errorEndpoint: Endpoint = {
  id: 'error',
  method: 'GET',
  path: '/error',
  spec: 'error page',
  summary: 'Shows an error from its query.',
  caller: 'session',
  body: 'none',
  handle: ({ params }) => ({
    kind: 'page',
    status: 200,
    page: {
      page: 'error',
      title: 'Something went wrong',
      message:
        params.get('error_description')?.slice(0, MAX_TEXT) ??
        'The request could not be completed.',
      code: params.get('error')?.slice(0, 64),
      errorId: undefined,
      details: [],
      wayOn: { href: '/profile', label: 'Go to your profile' },
    },
  }),
}
