import { setTimeout as sleep } from 'node:timers/promises'
import { ActorSystem, type Envelope } from '@grantd/actors'

class TokenActor {
  async rotate(message: { takes: number }, envelope: Envelope): Promise<void> {
    console.log('start', envelope.key, message.takes)
    await sleep(message.takes)
    console.log('end', envelope.key, message.takes)
  }
}

const system = new ActorSystem()
const tokens = system.pool('token', { shards: 1, lanes: 64, create: () => new TokenActor() })

await Promise.all([
  tokens.for('family-a').rotate({ takes: 200 }),
  tokens.for('family-a').rotate({ takes: 1 }), // waits for the one before: same key
  tokens.for('family-b').rotate({ takes: 20 }), // does not wait: another key
])
await system.stop()

// prints
// start family-a 200
// start family-b 20
// end family-b 20
// end family-a 200
// start family-a 1
// end family-a 1
