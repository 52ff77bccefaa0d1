import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { CacheCipher } from './cipher.ts'

const encryptionKey = Buffer.alloc(32, 7)
const secrets = { encryptionKey, scope: 'https://auth.example', shape: '1' }
const cipher = new CacheCipher(secrets)
const value = { value: { a: 1, gone: undefined, list: ['x'] }, deadline: 5 }

describe('names and values of a shared cache', () => {
  test('a value comes back as it was, frozen, with what is undefined', () => {
    const place = cipher.place('token', 'id')
    const opened = cipher.open(place, cipher.seal(place, value) ?? Buffer.alloc(0))
    assert.deepEqual(opened, value)
    assert.ok(Object.isFrozen(opened?.value))
  })

  test('names and tags show nothing of the id', () => {
    const { name } = cipher.place('token', '0190-secret-id')
    assert.match(name, /^[\w-]{22}$/)
    assert.match(cipher.tag('user 0190-secret-id'), /^[\w-]{22}$/)
    const sealed = cipher.seal(cipher.place('token', 'id'), { value: { a: 'plain' }, deadline: 1 })
    assert.ok(sealed !== undefined && !Buffer.from(sealed).includes('plain'))
  })

  test('a value does not open under another id, kind, shape, deployment or key, nor when altered', () => {
    const place = cipher.place('token', 'id')
    const sealed = Buffer.from(cipher.seal(place, value) ?? [])
    const others = [
      cipher.place('token', 'other'),
      cipher.place('session', 'id'),
      new CacheCipher({ ...secrets, shape: '2' }).place('token', 'id'),
      new CacheCipher({ ...secrets, scope: 'https://b.example' }).place('token', 'id'),
      new CacheCipher({ ...secrets, encryptionKey: Buffer.alloc(32, 8) }).place('token', 'id'),
    ]
    for (const other of others) {
      assert.notEqual(other.name, place.name)
      assert.equal(cipher.open(other, sealed), undefined)
    }
    for (let at = 0; at < sealed.length; at++) {
      const altered = Buffer.from(sealed)
      altered[at] = (altered[at] ?? 0) ^ 1
      assert.equal(cipher.open(place, altered), undefined)
    }
    assert.equal(cipher.open(place, Buffer.alloc(3)), undefined)
  })

  test('processes of different releases hear each other', () => {
    const next = new CacheCipher({ ...secrets, shape: '2' })
    assert.equal(next.channel, cipher.channel)
    assert.equal(next.tag('user u'), cipher.tag('user u'))
  })

  test('a value that is too long is not sealed', () => {
    const long = { value: 'x'.repeat(20_000), deadline: 1 }
    assert.equal(cipher.seal(cipher.place('client', 'id'), long), undefined)
  })
})
