// The worked example of docs/guide/custom-storage.md passes the same suite as the backends of the house.
import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { storageConformance } from '@grantd/storage/conformance'
import { openJournal } from '../examples/journal-storage.ts'
import { aToken, NOW } from '../src/conformance/samples.ts'

const folder = mkdtempSync(join(tmpdir(), 'grantd-journal-'))
after(() => rmSync(folder, { recursive: true }))
let files = 0
const fresh = () => join(folder, `${++files}.journal`)

storageConformance({ name: 'journal', open: () => openJournal(fresh()) })

describe('the example of a custom adapter', () => {
  test('has everything again after it was closed, and nothing of a line that was cut short', async () => {
    const path = fresh()
    const [kept, revoked] = [aToken(), aToken()]
    const first = await openJournal(path)
    await first.commit([
      { kind: 'token.insert', token: kept },
      { kind: 'token.insert', token: revoked },
    ])
    await first.commit([{ kind: 'token.revoke', id: revoked.id, at: NOW }])
    await first.close()
    appendFileSync(path, '{"unit":[{"kind":"token.rev')
    for (const _again of [1, 2]) {
      const opened = await openJournal(path)
      assert.equal((await opened.tokens.find(kept.id))?.token.revokedAt, undefined)
      assert.equal((await opened.tokens.find(revoked.id))?.token.revokedAt, NOW)
      await opened.close()
    }
  })

  test('stands in the guide as it is', () => {
    const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')
    const source = read('../examples/journal-storage.ts')
    const guide = read('../../../docs/guide/custom-storage.md')
    assert.ok(guide.includes(`\`\`\`ts\n${source}\`\`\`\n`), 'quote it again in the guide')
  })
})
