import { ActorSystem, type Context, type Envelope, type Ref } from '@grantd/actors'

class EventActor {
  publish(name: string, envelope: Envelope): void {
    console.log(name, envelope.trace?.traceparent)
  }
}

class TokenActor {
  readonly #events: Ref<EventActor>
  constructor(context: Context, events: Ref<EventActor>) {
    this.#events = events
    context.every(3_600_000, () => console.log('once an hour, in this mailbox'))
  }
  revoke(id: string, envelope: Envelope): void {
    this.#events.with({ trace: envelope.trace }).tell.publish(`revoked ${id}`)
  }
}

const system = new ActorSystem()
const events = system.spawn('event', { create: () => new EventActor() })
const tokens = system.spawn('token', { create: (context) => new TokenActor(context, events) })

const trace = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' }
await tokens.with({ trace }).revoke('t1')
await system.stop() // ends in reverse order: events still takes what tokens told it

// prints
// revoked t1 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
