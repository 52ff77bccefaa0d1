import { setTimeout as sleep } from 'node:timers/promises'
import { ActorSystem } from '@grantd/actors'

const system = new ActorSystem()
const worker = system.spawn('worker', {
  create: () => ({
    work: async (name: string) => {
      await sleep(5)
      return name
    },
    stopped: () => console.log('connections closed'),
  }),
})

const accepted = [worker.work('first'), worker.work('second')]
const end = system.stop({ drain: 5_000 })
console.log(await worker.work('third').catch((error: Error) => error.message))
console.log(await Promise.all(accepted))
await end

// prints
// worker#0 is stopped
// connections closed
// [ 'first', 'second' ]
