import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { flywayChecksum } from './checksum.ts'

describe('the checksum of Flyway', () => {
  test('is CRC-32 of the text: the check value of the algorithm', () => {
    assert.equal(flywayChecksum('123456789'), 0xcbf43926 | 0)
    assert.equal(flywayChecksum(''), 0)
  })

  test('leaves out line ends and a byte order mark', () => {
    const expected = crc32('CREATE TABLE a (b INT);INSERT INTO a VALUES (1);') | 0
    const lines = ['CREATE TABLE a (b INT);', 'INSERT INTO a VALUES (1);']
    for (const end of ['\n', '\r\n', '\r']) {
      assert.equal(flywayChecksum(lines.join(end)), expected)
      assert.equal(flywayChecksum(`\uFEFF${lines.join(end)}${end}`), expected)
    }
  })

  test('is a signed 32-bit number that equals a plain CRC-32 without line ends', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), (lines) => {
        const clean = lines.map((line) => line.replace(/[\r\n]|^\uFEFF/g, ''))
        const sum = flywayChecksum(clean.join('\r\n'))
        assert.equal(sum, sum | 0)
        assert.equal(sum >>> 0, crc32(Buffer.from(clean.join(''))))
      }),
    )
  })
})
