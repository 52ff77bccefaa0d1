import { ActorSystem } from '@grantd/actors'

class InvalidGrant extends Error {}

class CodeActor {
  restarted(cause: unknown): void {
    console.log('restarted because of:', (cause as Error).message)
  }
  redeem(code: string): string {
    if (code === 'used') throw new InvalidGrant('the code was already used')
    if (code === 'poison') throw new TypeError('a bug')
    return `token for ${code}`
  }
}

const system = new ActorSystem({
  isRefusal: (error) => error instanceof InvalidGrant,
  onFailure: ({ actor, method, decision }) => console.log(`fault in ${actor}.${method}:`, decision),
  onEscalation: ({ actor }) => console.log('given up:', actor),
})
const codes = system.spawn('code', {
  supervision: { restarts: 1, within: 60_000, backoff: { first: 10, max: 1_000 } },
  create: () => new CodeActor(),
})

for (const code of ['used', 'poison', 'good', 'poison', 'good']) {
  console.log(await codes.redeem(code).catch((error: Error) => error.message))
}
await system.stop()

// prints
// the code was already used
// fault in code.redeem: restart
// a bug
// restarted because of: a bug
// token for good
// fault in code.redeem: escalate
// given up: code
// a bug
// code#0 is stopped
