import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Tombstones } from './tombstones.ts'

describe('tombstones', () => {
  test('a mark condemns what began to be read before it, and nothing that began after', () => {
    const tombstones = new Tombstones(() => 0)
    const before = tombstones.moment
    tombstones.add(['family f'])
    assert.equal(
      tombstones.spares(() => ['token t', 'family f'], before),
      false,
    )
    assert.equal(
      tombstones.spares(() => ['token t', 'family f'], tombstones.moment),
      true,
    )
    assert.equal(
      tombstones.spares(() => ['token t', 'family g'], before),
      true,
    )
  })

  test('a value of another process is condemned by any mark that is kept', () => {
    let now = 10_000
    const tombstones = new Tombstones(() => now)
    tombstones.add(['user u'])
    assert.equal(
      tombstones.sparesForeign(() => ['user u']),
      false,
    )
    assert.equal(
      tombstones.sparesForeign(() => ['user v']),
      true,
    )
    now += 5_999
    tombstones.add(['user v'])
    assert.equal(
      tombstones.sparesForeign(() => ['user u']),
      false,
    )
    now += 1
    tombstones.add(['user w'])
    assert.equal(
      tombstones.sparesForeign(() => ['user u']),
      true,
      'forgotten when nothing can be stale',
    )
  })

  test('a tag marked again is kept from then on', () => {
    let now = 0
    const tombstones = new Tombstones(() => now)
    tombstones.add(['user u'])
    now = 5_000
    tombstones.add(['user u'])
    now = 7_000
    tombstones.add(['user other'])
    assert.equal(
      tombstones.sparesForeign(() => ['user u']),
      false,
    )
  })

  test('condemning all covers what is on its way, and values of others for their whole life', () => {
    let now = 100_000
    const tombstones = new Tombstones(() => now)
    const before = tombstones.moment
    tombstones.addAll()
    assert.equal(
      tombstones.spares(() => [], before),
      false,
    )
    assert.equal(
      tombstones.spares(() => [], tombstones.moment),
      true,
    )
    assert.equal(
      tombstones.sparesForeign(() => []),
      false,
    )
    now += 6_000
    assert.equal(
      tombstones.sparesForeign(() => []),
      true,
    )
  })

  test('more marks than there is room for condemn everything rather than be forgotten', () => {
    const tombstones = new Tombstones(() => 50_000)
    const before = tombstones.moment
    tombstones.add(Array.from({ length: 50_001 }, (_, index) => `token ${index}`))
    assert.equal(
      tombstones.spares(() => ['token never marked'], before),
      false,
    )
  })
})
