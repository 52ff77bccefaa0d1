import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemRandom } from '@grantd/domain'
import { Vault } from './vault.ts'

const vault = new Vault({ encryptionKey: Buffer.alloc(32, 1), random: systemRandom })
const sealed = vault.seal('gcs_sécret', 'client secret', 'shop')

test('what was sealed opens for its purpose and owner, and for no other', () => {
  assert.equal(vault.open(sealed, 'client secret', 'shop'), 'gcs_sécret')
  assert.equal(vault.open(sealed, 'client secret', 'other'), undefined)
  assert.equal(vault.open(sealed, 'upstream', 'shop'), undefined)
})

test('another key, a changed text and another format do not open', () => {
  const other = new Vault({ encryptionKey: Buffer.alloc(32, 2), random: systemRandom })
  assert.equal(other.open(sealed, 'client secret', 'shop'), undefined)
  assert.equal(vault.open(`${sealed.slice(0, -2)}AA`, 'client secret', 'shop'), undefined)
  // What people send may stand here, from a cookie or a form: it is no fault of the server.
  for (const text of ['', 'v1.a', 'v1..', 'v1..AAAA', 'v1.AA.', 'v1.AA.AA'])
    assert.equal(vault.open(text, 'client secret', 'shop'), undefined)
})

test('the plain text does not show, and twice sealed looks different', () => {
  assert.ok(!sealed.includes('gcs_'))
  assert.notEqual(vault.seal('gcs_sécret', 'client secret', 'shop'), sealed)
})
