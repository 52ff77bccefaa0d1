import type { User } from '@grantd/domain'
import { formFields } from '../form-fields.ts'
import { MINIMUM_PASSWORD_LENGTH, passwordProblem, withNewPassword } from '../users/accounts.ts'
import { accountCsrf, backToConsole, sensitiveForm, sensitivePage } from './account-action.ts'
import { formPage } from './account-form.ts'
import { changeCredentials } from './change-account.ts'

const PATH = '/profile/password'

/** An account that was made by a linked login may have none yet. */
const formOf = (user: User) => (user.passwordHash === undefined ? 'first_password' : 'password')

export const passwordPage = sensitivePage({
  id: 'account.password.form',
  path: PATH,
  summary: 'Asks for a new password.',
  show: (_input, proof, services) =>
    formPage(formOf(proof.user), {
      csrf: accountCsrf(PATH, proof, services),
      values: { username: proof.user.username },
      minimumPasswordLength: MINIMUM_PASSWORD_LENGTH,
    }),
})

export const passwordSubmit = sensitiveForm({
  id: 'account.password.submit',
  path: PATH,
  page: PATH,
  summary: 'Changes the password; every other session and every app with access ends.',
  parameters: formFields('csrf', 'password', 'password_again'),
  async act({ params, request }, proof, services) {
    const { user } = proof
    const password = params.get('password') ?? ''
    const again = (notice: 'mismatch' | 'weak_password') =>
      formPage(formOf(user), {
        csrf: accountCsrf(PATH, proof, services),
        status: 400,
        notice,
        values: { username: user.username },
        minimumPasswordLength: MINIMUM_PASSWORD_LENGTH,
      })
    if (password !== params.get('password_again')) return again('mismatch')
    if (passwordProblem(password, user.username) !== undefined) return again('weak_password')
    const { changes } = await withNewPassword(user, password, services)
    const isDone = await changeCredentials(
      proof,
      { action: 'user.password_changed', letter: 'password', changes, ip: request.ip },
      services,
    )
    if (!isDone) return backToConsole('again')
    return backToConsole(formOf(user))
  },
})
