import { ActorSystem, DeadlineExceeded, MailboxFull } from '@grantd/actors'

const gate = Promise.withResolvers<string>()
const system = new ActorSystem({
  onDeadLetter: ({ method, reason }) => console.log('dead letter:', method, reason),
})
const slow = system.spawn('slow', {
  mailbox: 2,
  deadline: 500,
  create: () => ({ wait: () => gate.promise }),
})

const asks = [slow.wait(), slow.wait(), slow.wait()]
const keepAlive = setInterval(() => {}, 1_000) // deadlines alone do not keep a process alive
for (const result of await Promise.allSettled(asks)) {
  if (result.status !== 'rejected') continue
  if (result.reason instanceof MailboxFull) console.log('full: answer 503 with Retry-After')
  if (result.reason instanceof DeadlineExceeded)
    console.log('late, started:', result.reason.started)
}
clearInterval(keepAlive)
gate.resolve('done')
await system.stop()

// prints
// dead letter: wait expired
// late, started: true
// late, started: false
// full: answer 503 with Retry-After
