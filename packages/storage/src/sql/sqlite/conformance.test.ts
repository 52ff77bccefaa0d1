import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { storageConformance } from '../../conformance/index.ts'
import { openStorage } from '../../registry.ts'

const folder = mkdtempSync(join(tmpdir(), 'grantd-sqlite-'))
let files = 0
const url = () => `sqlite:${join(folder, `${files}.db`)}`

storageConformance({
  name: 'sqlite',
  open: () => {
    files++
    return openStorage(url())
  },
  openAgain: () => openStorage(url()),
})

after(() => rmSync(folder, { recursive: true }))
