// Owns: the console's page of linked logins and its forms. Does not own: what may be linked or removed,
// and what both demand (identities/).
import { parseId, type UpstreamIdentity, type UpstreamIdentityId } from '@grantd/domain'
import type { LinkedLogin } from '../account-pages.ts'
import { unlinkLogin } from '../identities/linked-logins.ts'
import { isLastWayIn } from '../identities/ways-in.ts'
import { accountCsrf, backToConsole, sensitiveForm, sensitivePage } from './account-action.ts'

const REMOVE_PATH = '/profile/logins/remove'
const PATH = '/profile/logins'

/** As the console shows it. */
export function linkedLogin(identity: UpstreamIdentity): LinkedLogin {
  const { id, provider, email, name, createdAt, lastUsedAt } = identity
  return { id, provider, account: email ?? name, linkedAt: createdAt, lastUsedAt }
}

export const loginsPage = sensitivePage({
  id: 'account.logins',
  path: PATH,
  summary: 'The linked logins of the account, each to be removed.',
  async show(_input, proof, services) {
    const { user } = proof
    const identities = await services.storage.identities.listByUser(user.id)
    const [first] = identities
    const isOnlyWayIn = first !== undefined && (await isLastWayIn(user, first.id, services))
    return {
      kind: 'page',
      status: 200,
      page: {
        page: 'linked_logins',
        csrf: accountCsrf(REMOVE_PATH, proof, services),
        logins: identities.map(linkedLogin),
        isOnlyWayIn,
      },
    }
  },
})

const DONE = { unlinked: 'login_removed', last_way_in: 'last_way_in', again: 'again' } as const

export const loginRemove = sensitiveForm({
  id: 'account.logins.remove',
  path: REMOVE_PATH,
  page: PATH,
  summary: 'Removes a linked login.',
  async act({ params, request }, proof, services) {
    const id = parseId<UpstreamIdentityId>(params.get('login') ?? '')
    if (id === undefined) return backToConsole('again')
    return backToConsole(DONE[await unlinkLogin(proof, { id, ip: request.ip }, services)])
  },
})
