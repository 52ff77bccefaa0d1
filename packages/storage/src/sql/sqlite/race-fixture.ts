// Redeems the codes named on standard input as fast as it can and prints how many it won.
import { text } from 'node:stream/consumers'
import type { CodeId, EpochSeconds } from '@grantd/domain'
import { openStorage } from '../../registry.ts'

const [url = '', at = ''] = process.argv.slice(2)
const storage = await openStorage(url)
process.stdout.write('ready\n')
const ids = (await text(process.stdin)).trim().split('\n')
const results = await Promise.all(
  ids.map((id) =>
    storage.commit([
      { kind: 'code.consume', id: id as CodeId, at: Number(at) as EpochSeconds }, // from the test
    ]),
  ),
)
const won = ids.filter((_, n) => results[n]?.outcome === 'committed')
process.stdout.write(`${JSON.stringify(won)}\n`)
await storage.close()
