import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ENDPOINTS } from './endpoints.ts'

const idsOf = (rateClass: string): string[] =>
  ENDPOINTS.filter((endpoint) => endpoint.rateClass === rateClass).map(({ id }) => id)

test('every form that tries or changes what protects an account has the stricter limit', () => {
  assert.deepEqual(idsOf('credentials').toSorted(), [
    'account.delete.submit',
    'account.disable.submit',
    'account.email.submit',
    'account.email.verify',
    'account.export',
    'account.logins.link',
    'account.logins.remove',
    'account.passkey.remove',
    'account.passkey.submit',
    'account.password.submit',
    'account.recovery_codes',
    'account.totp.remove',
    'account.totp.submit',
    'email.submit',
    'forgot.submit',
    'login.submit',
    'passkey.submit',
    'reset.submit',
    'second_factor.submit',
    'setup.submit',
    'sign_up.submit',
    'sign_up_finish.submit',
    'upstream.callback',
  ])
})

test('and so has whatever makes a client', () => {
  assert.deepEqual(idsOf('registration').toSorted(), ['connect.register', 'register'])
})
