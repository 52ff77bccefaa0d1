import { command } from '../command.ts'
import { CONFIG_OPTIONS, PORT_OPTION } from '../options.ts'

export const serve = command({
  details: `No demo data and no printed secrets. SIGINT or SIGTERM stop it gracefully: requests in progress finish,
then it exits with 0; a second signal ends it at once. OAUTH2_SERVER_WORKERS makes several processes of it. --check looks at configuration, database and keys, changes nothing and starts
nothing: exit 0 means that "grantd serve" would start.`,
  options: {
    ...CONFIG_OPTIONS,
    ...PORT_OPTION,
    check: { type: 'flag', help: 'only look whether it would start' },
  },
  examples: [
    'OAUTH2_PUBLIC_URL=https://auth.example.com grantd serve',
    'grantd serve --config /etc/grantd/application.conf --check',
  ],
  run: async (input) => {
    if (input.options.check) {
      const { checkStart } = await import('../check-start.ts')
      return checkStart(input)
    }
    const { serve: start } = await import('../serve.ts')
    return start({ ...input, mode: 'serve', json: false })
  },
})
