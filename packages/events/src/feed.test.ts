import assert from 'node:assert/strict'
import { describe, mock, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import type { FeedFilter, FeedReader } from '@grantd/domain'
import { tokenEvent } from '../test/support/events.ts'
import { Feed } from './feed.ts'

function openFeed(feed: Feed, after?: string, filter: FeedFilter = {}): FeedReader {
  const reader = feed.open({ after, filter, wake: () => undefined })
  return reader ?? assert.fail('there was room')
}

/** All that waits for a reader, as clients and numbers. */
function readAll(reader: FeedReader) {
  const read: { readonly place: string; readonly client: string | null }[] = []
  for (;;) {
    const entry = reader.next()
    if (entry === undefined || entry === 'lost') return { read, isLost: entry === 'lost' }
    assert.equal(entry.json, JSON.stringify(entry.envelope))
    read.push({ place: entry.place, client: entry.envelope.event.client_id })
  }
}

describe('the feed of events', () => {
  test('keeps nothing while nobody watches', () => {
    const feed = new Feed()
    assert.equal(feed.isOn, false)
    feed.push(tokenEvent())
    const reader = openFeed(feed)
    assert.deepEqual([feed.isOn, reader.start, reader.next()], [true, 'now', undefined])
  })

  test('gives each reader all that comes, once, and wakes it', async () => {
    const feed = new Feed()
    let woken = 0
    const reader = feed.open({ filter: {}, wake: () => woken++ }) ?? assert.fail()
    const other = openFeed(feed)
    for (const client of ['a', 'b', 'c']) feed.push(tokenEvent(client))
    await setImmediate()
    assert.equal(woken, 1, 'once for the events of one turn')
    for (const each of [reader, other]) {
      assert.deepEqual(
        readAll(each).read.map(({ client }) => client),
        ['a', 'b', 'c'],
      )
      assert.equal(each.next(), undefined)
    }
  })

  test('passes over what a reader does not want', () => {
    const feed = new Feed()
    const wanted: readonly [FeedFilter, number][] = [
      [{}, 2],
      [{ types: new Set(['token_created']) }, 2],
      [{ types: new Set(['token_revoked']) }, 0],
      [{ severities: new Set(['info']) }, 2],
      [{ severities: new Set(['error']) }, 0],
      [{ clientId: 'a' }, 1],
      [{ userId: 'ada' }, 0],
    ]
    const readers = wanted.map(([filter, count]) => ({
      reader: openFeed(feed, undefined, filter),
      count,
    }))
    feed.push(tokenEvent('a'))
    feed.push(tokenEvent('b'))
    for (const { reader, count } of readers) assert.equal(readAll(reader).read.length, count)
  })

  test('lets a reader go on where it stopped, or says that it cannot', () => {
    const feed = new Feed({ size: 3 })
    const first = openFeed(feed)
    for (const client of ['a', 'b', 'c']) feed.push(tokenEvent(client))
    const places = readAll(first).read.map(({ place }) => place)
    const resumed = openFeed(feed, places[0])
    assert.equal(resumed.start, 'resumed')
    assert.deepEqual(
      readAll(resumed).read.map(({ client }) => client),
      ['b', 'c'],
    )
    assert.equal(openFeed(feed, places[2]).start, 'resumed', 'nothing came since')
    feed.push(tokenEvent('d'))
    feed.push(tokenEvent('e'))
    const late = openFeed(feed, places[0])
    assert.equal(late.start, 'too_old')
    assert.deepEqual(
      readAll(late).read.map(({ client }) => client),
      ['c', 'd', 'e'],
      'what there is',
    )
    const ownPlace = places[0] ?? ''
    const future = `${ownPlace.slice(0, ownPlace.lastIndexOf('-'))}-999`
    for (const place of ['AAAAAAAA-1', 'nonsense', future]) {
      assert.equal(openFeed(feed, place).start, 'other_process', place)
    }
  })

  test('tells a reader that was too slow, and nobody else notices', () => {
    const feed = new Feed({ size: 3 })
    const [slow, quick] = [openFeed(feed), openFeed(feed)]
    for (const client of ['a', 'b', 'c']) feed.push(tokenEvent(client))
    assert.equal(readAll(quick).read.length, 3)
    feed.push(tokenEvent('d'))
    assert.deepEqual(readAll(slow), { read: [], isLost: true })
    assert.equal(readAll(quick).read.length, 1)
    slow.close('too_slow')
    slow.close('left')
    assert.deepEqual(
      [feed.counts.open, feed.counts.ended.too_slow, feed.counts.ended.left],
      [1, 1, 0],
    )
  })

  test('has room for so many readers', () => {
    const feed = new Feed({ maxReaders: 1 })
    const reader = openFeed(feed)
    assert.equal(feed.open({ filter: {}, wake: () => undefined }), undefined)
    assert.equal(feed.counts.refused, 1)
    reader.close('left')
    openFeed(feed)
  })

  test('keeps events for a reader that comes back, for a while', (t) => {
    mock.timers.enable({ apis: ['setTimeout'] })
    t.after(() => mock.timers.reset())
    const feed = new Feed({ keepMs: 1_000 })
    const reader = openFeed(feed)
    feed.push(tokenEvent('a'))
    const [{ place } = assert.fail()] = readAll(reader).read
    reader.close('left')
    feed.push(tokenEvent('b'))
    mock.timers.tick(999)
    const back = openFeed(feed, place)
    assert.deepEqual([back.start, readAll(back).read.length], ['resumed', 1])
    mock.timers.tick(5_000)
    assert.equal(feed.isOn, true, 'somebody watches')
    back.close('left')
    mock.timers.tick(1_001)
    assert.equal(feed.isOn, false)
    feed.push(tokenEvent('c'))
    assert.equal(openFeed(feed, place).start, 'too_old')
  })
})
