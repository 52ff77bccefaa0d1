// Owns: the console's page of linked logins and its forms. Does not own: what may be linked or removed, and
// what both demand (identities/), the sign-in at a provider (upstream/).
import { parseId, type UpstreamIdentity, type UpstreamIdentityId } from '@grantd/domain'
import type { LinkedLogin } from '../account-pages.ts'
import { formFields } from '../form-fields.ts'
import { unlinkLogin } from '../identities/linked-logins.ts'
import { onlyWayIn } from '../identities/ways-in.ts'
import type { Services } from '../services.ts'
import { beginUpstream } from '../upstream/begin-upstream.ts'
import { UPSTREAM_PROBLEMS } from '../upstream/upstream-page.ts'
import { accountCsrf, backToConsole, sensitiveForm, sensitivePage } from './account-action.ts'

const PATH = '/profile/logins'
const REMOVE_PATH = '/profile/logins/remove'
const LINK_PATH = '/profile/logins/link'

/** As the console shows it. */
export function linkedLogin(
  { id, provider, email, name, createdAt, lastUsedAt }: UpstreamIdentity,
  { upstream }: Pick<Services, 'upstream'>,
): LinkedLogin {
  const known = upstream?.providers.find((one) => one.id === provider)
  const account = email ?? name
  return { id, provider: known?.label ?? provider, account, linkedAt: createdAt, lastUsedAt }
}

export const loginsPage = sensitivePage({
  id: 'account.logins',
  path: PATH,
  summary: 'The linked logins of the account, to be removed, and the providers to link.',
  async show(_input, proof, services) {
    const { user } = proof
    const identities = await services.storage.identities.listByUser(user.id)
    return {
      kind: 'page',
      status: 200,
      page: {
        page: 'linked_logins',
        csrf: accountCsrf(REMOVE_PATH, proof, services),
        logins: identities.map((identity) => linkedLogin(identity, services)),
        onlyWayIn: await onlyWayIn(user, services),
        linkable: services.upstream?.providers ?? [],
        linkCsrf: accountCsrf(LINK_PATH, proof, services),
      },
    }
  },
})

export const loginLink = sensitiveForm({
  id: 'account.logins.link',
  path: LINK_PATH,
  page: PATH,
  summary: 'Sends the person to a provider, to link what they sign in with there.',
  parameters: formFields('csrf', 'provider'),
  answers: UPSTREAM_PROBLEMS,
  async act(input, proof, services) {
    const wanted = input.params.get('provider')
    const provider = services.upstream?.providers.find(({ id }) => id === wanted)
    if (provider === undefined) return backToConsole('again')
    return beginUpstream({ intent: 'link', proof, provider, returnTo: PATH }, input, services)
  },
})

const DONE = { unlinked: 'login_removed', last_way_in: 'last_way_in', again: 'again' } as const

export const loginRemove = sensitiveForm({
  id: 'account.logins.remove',
  path: REMOVE_PATH,
  page: PATH,
  summary: 'Removes a linked login.',
  parameters: formFields('csrf', 'login'),
  async act({ params, request }, proof, services) {
    const id = parseId<UpstreamIdentityId>(params.get('login') ?? '')
    if (id === undefined) return backToConsole('again')
    return backToConsole(DONE[await unlinkLogin(proof, { id, ip: request.ip }, services)])
  },
})
