import type { TotpPage } from '../account-pages.ts'
import type { RecentAuthentication } from '../evidence/evidence.ts'
import { newRecoveryCodes } from '../factors/recovery-codes.ts'
import { acceptTotpOffer, offerTotp, openTotpOffer } from '../factors/totp.ts'
import { formFields } from '../form-fields.ts'
import { countAttempt } from '../login/throttle.ts'
import type { Reply } from '../reply.ts'
import type { Services } from '../services.ts'
import { accountCsrf, backToConsole, sensitiveForm, sensitivePage } from './account-action.ts'
import { changeCredentials } from './change-account.ts'

const PATH = '/profile/totp'
const MAX_ATTEMPTS = 5

function offerPage(
  proof: RecentAuthentication,
  services: Services,
  view: { status: number; notice: TotpPage['notice']; seed?: string },
): Reply {
  return {
    kind: 'page',
    status: view.status,
    page: {
      page: 'totp',
      csrf: accountCsrf(PATH, proof, services),
      offer: offerTotp(proof.user, services, view.seed),
      notice: view.notice,
    },
  }
}

export const totpPage = sensitivePage({
  id: 'account.totp.form',
  path: PATH,
  summary: 'Shows a new seed for an authenticator app.',
  async show(_input, proof, services) {
    const isThere = (await services.storage.totp.find(proof.user.id)) !== undefined
    if (isThere) return backToConsole('again')
    return offerPage(proof, services, { status: 200, notice: undefined })
  },
})

/** Evidence: a recent sign-in, and a code that shows that the app has the seed. */
export const totpSubmit = sensitiveForm({
  id: 'account.totp.submit',
  path: PATH,
  page: PATH,
  summary: 'Adds the authenticator app whose code is shown.',
  parameters: formFields('csrf', 'seed', 'code'),
  async act({ params, request }, proof, services) {
    const { user } = proof
    const seed = openTotpOffer(user, params.get('seed'), services)
    if (seed === undefined) return offerPage(proof, services, { status: 403, notice: 'expired' })
    if ((await countAttempt(`totp:${user.id}`, services, { limit: MAX_ATTEMPTS })) > 0)
      return offerPage(proof, services, { status: 429, notice: 'too_many_attempts', seed })
    const code = params.get('code')?.replace(/\s/g, '') ?? ''
    const insert = acceptTotpOffer(user, seed, code, services)
    if (insert === undefined)
      return offerPage(proof, services, { status: 400, notice: 'invalid_code', seed })
    const recovery = newRecoveryCodes(user, services)
    const isDone = await changeCredentials(
      proof,
      {
        action: 'totp.added',
        letter: 'totp_added',
        changes: [insert, ...recovery.changes, { kind: 'throttle.clear', key: `totp:${user.id}` }],
        ip: request.ip,
      },
      services,
    )
    if (!isDone) return backToConsole('again')
    return {
      kind: 'page',
      status: 200,
      page: { page: 'recovery_codes', codes: recovery.codes, wayOn: '/profile?done=totp' },
    }
  },
})

export const totpRemove = sensitiveForm({
  id: 'account.totp.remove',
  path: '/profile/totp/remove',
  page: '/profile',
  summary: 'Removes the authenticator app.',
  parameters: formFields('csrf'),
  async act({ request }, proof, services) {
    const { user } = proof
    const passkeys = await services.storage.passkeys.listByUser(user.id)
    const isDone = await changeCredentials(
      proof,
      {
        action: 'totp.removed',
        letter: 'totp_removed',
        changes: [
          { kind: 'totp.delete', userId: user.id },
          // Without a second factor there is nothing left to recover.
          ...(passkeys.length === 0
            ? [{ kind: 'recoveryCode.clear', userId: user.id } as const]
            : []),
        ],
        ip: request.ip,
      },
      services,
    )
    return backToConsole(isDone ? 'totp_removed' : 'again')
  },
})

export const recoveryCodesSubmit = sensitiveForm({
  id: 'account.recovery_codes',
  path: '/profile/recovery-codes',
  page: '/profile',
  summary: 'Replaces the recovery codes and shows the new ones once.',
  parameters: formFields('csrf'),
  async act({ request }, proof, services) {
    const { codes, changes } = newRecoveryCodes(proof.user, services)
    const isDone = await changeCredentials(
      proof,
      { action: 'recovery_codes.created', letter: 'recovery_codes', changes, ip: request.ip },
      services,
    )
    if (!isDone) return backToConsole('again')
    return { kind: 'page', status: 200, page: { page: 'recovery_codes', codes, wayOn: '/profile' } }
  },
})
