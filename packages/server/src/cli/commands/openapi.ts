import { documentOf } from '../../openapi/document-of-settings.ts'
import { command } from '../command.ts'
import { EXIT } from '../exit.ts'
import { load } from '../locate.ts'
import { CONFIG_OPTIONS, DEV_VIEW, PORT_OPTION } from '../options.ts'

export const openapi = command({
  details: `The document that a server with this configuration serves at /api-docs/openapi.json: for making clients and
for reviews, without a server. It needs no secrets.`,
  options: { ...CONFIG_OPTIONS, ...PORT_OPTION, ...DEV_VIEW },
  examples: ['grantd openapi > openapi.json', 'grantd openapi --dev'],
  run: async (input) => {
    const { options, terminal } = input
    const { settings } = load(options.dev ? 'dev' : 'tool', input)
    const document = documentOf(settings, options.dev ? 'dev' : 'serve')
    terminal.print(JSON.stringify(document, null, 2))
    return EXIT.ok
  },
})
