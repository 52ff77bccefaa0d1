import { ActorSystem } from '@grantd/actors'

const system = new ActorSystem()
const hashers = system.pool('hash', {
  shards: 2,
  routing: 'round-robin',
  create: ({ shard }) => ({ hash: (text: string) => `${text} on shard ${shard}` }),
})

for (const text of ['one', 'two', 'three']) console.log(await hashers.next().hash(text))
await system.stop()

// prints
// one on shard 0
// two on shard 1
// three on shard 0
