// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how HOCON writes substitutions
import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, test } from 'node:test'
import { HoconError } from './error.ts'
import { parseHocon, readHoconFile } from './read.ts'
import { toPlain } from './value.ts'

function missing(): never {
  throw Object.assign(new Error('no such file'), { code: 'ENOENT' })
}

function read(files: Record<string, string>, root = '/etc/grantd/root.conf'): unknown {
  const readFile = (file: string): string => files[file] ?? missing()
  return JSON.parse(JSON.stringify(toPlain(readHoconFile(root, { readFile }))))
}

function refused(files: Record<string, string>, message: RegExp): void {
  assert.throws(
    () => read(files),
    (error) => error instanceof HoconError && message.test(error.message),
  )
}

const ROOT = '/etc/grantd/root.conf'

describe('HOCON includes', () => {
  test('a relative include is found beside the including file', () => {
    const files = {
      [ROOT]: 'include "inc.conf"\nx = ${included.a}\nshared = override',
      '/etc/grantd/inc.conf': 'included { a = 1 }\nshared = included',
    }
    assert.deepEqual(read(files), { included: { a: 1 }, shared: 'override', x: 1 })
  })

  test('file(), required() and required(file()) name files too', () => {
    const text =
      'include file("a.conf")\ninclude required("b.conf")\ninclude required( file("c.conf") )'
    const files = {
      [ROOT]: text,
      '/etc/grantd/a.conf': 'a=1',
      '/etc/grantd/b.conf': 'b=2',
      '/etc/grantd/c.conf': 'c=3',
    }
    assert.deepEqual(read(files), { a: 1, b: 2, c: 3 })
  })

  test('a JSON file can be included', () => {
    assert.deepEqual(read({ [ROOT]: 'include "x.json"', '/etc/grantd/x.json': '{"j": [5]}' }), {
      j: [5],
    })
  })

  test('the extension may be left out', () => {
    assert.deepEqual(read({ [ROOT]: 'include "x"', '/etc/grantd/x.conf': 'a=1' }), { a: 1 })
  })

  test('an absent file is ignored unless it is required', () => {
    assert.deepEqual(read({ [ROOT]: 'include "nope.conf"\na = 1' }), { a: 1 })
    refused({ [ROOT]: 'a=1\ninclude required("nope.conf")' }, /root\.conf:2:1: required file/)
  })

  test('an include inside an object belongs to that object, its references as well', () => {
    const files = {
      [ROOT]: 'y = 9\no { include "i.conf" }',
      '/etc/grantd/i.conf': 'x = 1\nz = ${x}${y}',
    }
    assert.deepEqual(read(files), { y: 9, o: { x: 1, z: '19' } })
  })

  test('a nested relative include starts at its own folder', () => {
    const files = {
      [ROOT]: 'include "sub/a.conf"',
      '/etc/grantd/sub/a.conf': 'include "b.conf"\ninclude "../c.conf"',
      '/etc/grantd/sub/b.conf': 'b = 1',
      '/etc/grantd/c.conf': 'c = 2',
    }
    assert.deepEqual(read(files), { b: 1, c: 2 })
  })

  test('include is an ordinary key when a value follows', () => {
    assert.deepEqual(read({ [ROOT]: 'include = 1\no { include { x = 2 } }' }), {
      include: 1,
      o: { include: { x: 2 } },
    })
  })

  test('a relative include may not leave the folder of the root file, even when absent', () => {
    refused({ [ROOT]: 'include "../shadow"' }, /lies outside \/etc\/grantd/)
    refused({ [ROOT]: 'include "sub/../../shadow"' }, /lies outside/)
  })

  test('an absolute include may be anywhere and confines what it includes itself', () => {
    const files = {
      [ROOT]: 'include "/srv/a.conf"',
      '/srv/a.conf': 'include "b.conf"',
      '/srv/b.conf': 'b = 1',
    }
    assert.deepEqual(read(files), { b: 1 })
    refused(
      { ...files, '/srv/a.conf': 'include "../etc/grantd/x.conf"' },
      /a\.conf:1:1: .* lies outside \/srv/,
    )
  })

  test('a file that includes itself is refused', () => {
    refused({ [ROOT]: 'include "root.conf"' }, /includes itself/)
    refused(
      { [ROOT]: 'include "a.conf"', '/etc/grantd/a.conf': 'x { include "root.conf" }' },
      /a\.conf:1:5: .* includes itself/,
    )
  })

  test('depth, number and size of includes are bounded', () => {
    const chain = Object.fromEntries(
      Array.from({ length: 40 }, (_, i) => [`/etc/grantd/${i}.conf`, `include "${i + 1}.conf"`]),
    )
    refused({ [ROOT]: 'include "0.conf"', ...chain }, /nest deeper than 16/)
    refused(
      { [ROOT]: 'include "a.conf"\n'.repeat(100), '/etc/grantd/a.conf': 'a=1' },
      /more than 64 files/,
    )
    refused(
      { [ROOT]: 'include "a.conf"', '/etc/grantd/a.conf': '#'.repeat(5_000_000) },
      /larger than 4 MiB/,
    )
  })

  test('a file that exists and cannot be read is an error, optional or not', () => {
    const readFile = (file: string): string => {
      if (file === ROOT) return 'include "a.conf"'
      throw Object.assign(new Error('denied'), { code: 'EACCES' })
    }
    assert.throws(() => readHoconFile(ROOT, { readFile }), /HoconError.*cannot read "a\.conf"/)
  })

  test('an error inside an included file names that file', () => {
    refused(
      { [ROOT]: 'include "a.conf"', '/etc/grantd/a.conf': '\na = ' },
      /^\/etc\/grantd\/a\.conf:2:5/,
    )
  })

  test('a bare text can include absolute paths from the real file system', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'hocon-'))
    writeFileSync(path.join(folder, 'inc.conf'), 'a = 1')
    const text = `o { include ${JSON.stringify(path.join(folder, 'inc.conf'))} }`
    assert.equal(JSON.stringify(toPlain(parseHocon(text))), '{"o":{"a":1}}')
  })
})
