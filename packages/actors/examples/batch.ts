import { ActorSystem, batch, refuse } from '@grantd/actors'

class Writer {
  readonly write = batch({ max: 256 }, async (rows: readonly { id: number }[]) => {
    console.log('one transaction for', rows.length)
    return rows.map((row) => (row.id === 2 ? refuse(new Error('duplicate')) : `row ${row.id}`))
  })
}

const system = new ActorSystem()
const writer = system.spawn('writer', { create: () => new Writer() })

const results = await Promise.allSettled([1, 2, 3].map((id) => writer.write({ id })))
for (const result of results) {
  console.log(result.status === 'fulfilled' ? result.value : `refused: ${result.reason.message}`)
}
await system.stop()

// prints
// one transaction for 3
// row 1
// refused: duplicate
// row 3
