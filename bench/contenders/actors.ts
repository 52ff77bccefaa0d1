// grantd put together as `grantd serve` does it, with the hot actors in place ("actors") or called as
// plain objects ("nothing"): the difference is what mailboxes, deadlines and metrics cost.
import type { KeyedPool, Ref } from '@grantd/actors'
import type { Services } from '@grantd/oauth'
import { ClientActor } from '../../packages/oauth/src/clients/client-actor.ts'
import { TokenActor } from '../../packages/oauth/src/tokens/token-actor.ts'
import { assemble } from '../../packages/server/src/assemble.ts'
import { loadSettings } from '../../packages/server/src/config/load.ts'
import { createLog } from '../../packages/server/src/log.ts'

const { settings } = loadSettings({
  mode: 'serve',
  env: process.env,
  argvFlags: {},
  cwd: process.cwd(),
})
const assembly = await assemble({
  settings,
  mode: 'serve',
  log: createLog(settings),
  onFatal: (error) => {
    throw error
  },
})

function without<Actor extends object>(actor: Actor): KeyedPool<Actor> {
  // Called by the benchmark's two requests only, which use no other member of a pool.
  const ref = actor as unknown as Ref<Actor>
  return { for: () => ref } as unknown as KeyedPool<Actor>
}

if (process.argv[2] === 'nothing') {
  const services: { -readonly [Name in keyof Services]: Services[Name] } = assembly.services
  services.tokens = without(new TokenActor(services))
  services.clients = without(new ClientActor(services)) // asked for what the cache does not know
}
process.on('SIGTERM', () => {
  assembly.stop(1_000).then(() => process.exit())
})
await assembly.http.listen(settings.server.port, settings.server.host)
