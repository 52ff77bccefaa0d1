import { command } from '../command.ts'
import { CONFIG_OPTIONS, PORT_OPTION } from '../options.ts'

export const dev = command({
  details: `Listens on loopback, keeps database and generated secrets in .grantd/, seeds a demo user and two demo
clients, and prints what to do next. Without --port the next free port is taken when 8080 is in use.
Any setting can be given as a flag: --server.port 9000. Not for production.`,
  options: {
    ...CONFIG_OPTIONS,
    ...PORT_OPTION,
    json: { type: 'flag', help: 'print one line of JSON instead of the banner, and log in JSON' },
  },
  examples: ['grantd dev', 'grantd dev --port 9000', 'grantd dev --json'],
  run: async (input) => {
    const { serve } = await import('../serve.ts')
    return serve({ ...input, mode: 'dev', json: input.options.json })
  },
})
