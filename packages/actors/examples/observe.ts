import { ActorSystem } from '@grantd/actors'

const system = new ActorSystem({
  inspect: ({ kind, actor, method }) => console.log(kind, `${actor}.${method}`),
})
const echo = system.spawn('echo', { create: () => ({ say: (text: string) => text }) })
await echo.say('hello')

const [metrics] = system.metrics().actors
console.log(metrics?.actor, metrics?.total.handled, metrics?.total.wait.count)
await system.stop()

// prints
// enqueued echo.say
// started echo.say
// finished echo.say
// echo 1 1
