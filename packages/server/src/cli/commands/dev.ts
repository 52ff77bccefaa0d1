import { command } from '../command.ts'
import { CONFIG_OPTIONS, PORT_OPTION } from '../options.ts'
import { PRESET_NAMES, PRESETS, type PresetName } from '../presets.ts'

export const dev = command({
  details: `Listens on loopback, keeps database and generated secrets in .grantd/, seeds a demo user and two demo
clients, and prints what to do next. Without --port the next free port is taken when 8080 is in use.
Any setting can be given as a flag: --server.port 9000. Not for production. --preset conformance opens
the server to the conformance suite of the OpenID Foundation (docs/guide/conformance.md).`,
  options: {
    ...CONFIG_OPTIONS,
    ...PORT_OPTION,
    preset: {
      type: 'text',
      value: 'NAME',
      words: PRESET_NAMES,
      help: `settings that belong together: ${PRESET_NAMES.join(', ')}`,
    },
    json: { type: 'flag', help: 'print one line of JSON instead of the banner, and log in JSON' },
  },
  examples: [
    'grantd dev',
    'grantd dev --port 9000',
    'grantd dev --json',
    'grantd dev --preset conformance',
  ],
  run: async (input) => {
    const { serve } = await import('../serve.ts')
    const preset = PRESETS[input.options.preset as PresetName] // one of the declared words, or undefined
    const settingFlags = { ...preset, ...input.settingFlags }
    return serve({ ...input, settingFlags, mode: 'dev', json: input.options.json })
  },
})
