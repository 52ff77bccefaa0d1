/** Settings that belong together, as if they had been given as flags; flags beside a preset win. */
export const PRESETS = {
  conformance: {
    'conformance.enabled': 'true',
    'registration.open': 'true',
    'registration.dynamic': 'true',
    'session.management': 'true',
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>

export type PresetName = keyof typeof PRESETS

export const PRESET_NAMES = Object.keys(PRESETS) as readonly PresetName[]
