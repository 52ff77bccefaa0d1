import type { TObject, TSchema } from 'typebox'
import type { Annotations } from './setting.ts'
import { type Settings, SettingsSchema } from './settings.ts'

/** A value of a setting, of whatever type the setting has. */
export type SettingValue = string | number | boolean | readonly string[]

/** One leaf of the schema, flattened: what loading, explaining and documenting need to know. */
export interface Setting extends Annotations {
  /** Dotted HOCON key: `server.port`. */
  readonly key: string
  readonly type: 'text' | 'integer' | 'boolean' | 'list' | 'choice'
  readonly default?: SettingValue
  readonly enum?: readonly string[]
  readonly minimum?: number
  readonly maximum?: number
}

/** Every setting, in the order of the schema. */
export const SETTINGS: readonly Setting[] = flatten(SettingsSchema, '')

const byKey = new Map(SETTINGS.map((setting) => [setting.key, setting]))
const byEnv = new Map(
  SETTINGS.flatMap((setting) => setting.env.map((name) => [name, setting] as const)),
)

/** The setting with this HOCON key. */
export function settingByKey(key: string): Setting | undefined {
  return byKey.get(key)
}

/** The setting read from this environment variable (`<NAME>_FILE` counts for secrets). */
export function settingByEnv(name: string): Setting | undefined {
  const direct = byEnv.get(name)
  if (direct !== undefined || !name.endsWith('_FILE')) return direct
  const setting = byEnv.get(name.slice(0, -'_FILE'.length))
  return setting?.secret ? setting : undefined
}

/** The value of a setting by its HOCON key; undefined when it is not set. */
export function valueAt(settings: Settings, key: string): unknown {
  return key.split('.').reduce<unknown>(
    (part, name) => (part as Record<string, unknown> | undefined)?.[name], // keys come from the schema
    settings,
  )
}

/** Every environment variable that means something, `<NAME>_FILE` included. */
export function knownEnvNames(): string[] {
  const names = SETTINGS.flatMap(({ env, secret }) =>
    secret ? [...env, ...env.map((name) => `${name}_FILE`)] : [...env],
  )
  return ['OAUTH2_CONFIG', ...names]
}

/** The settings as one line of a type for people: `integer, 0 to 65535`. */
export function typeText(setting: Setting): string {
  switch (setting.type) {
    case 'integer': {
      const unit = setting.unit ? ` of ${setting.unit}` : ''
      return `integer${unit}, ${setting.minimum} to ${setting.maximum}`
    }
    case 'choice':
      return `one of ${setting.enum?.join(', ')}`
    case 'list':
      return 'list of texts'
    default:
      return setting.type
  }
}

function flatten(schema: TObject, prefix: string): Setting[] {
  return Object.entries(schema.properties).flatMap(([name, child]) => {
    const key = prefix === '' ? name : `${prefix}.${name}`
    return isGroup(child) ? flatten(child, key) : [settingOf(key, child)]
  })
}

function isGroup(schema: TSchema): schema is TObject {
  return 'properties' in schema
}

function settingOf(key: string, schema: TSchema): Setting {
  // The leaves are only made by setting.ts, whose functions demand these annotations.
  const leaf = schema as TSchema & Omit<Setting, 'key' | 'type'> & { type: string }
  return { ...leaf, key, type: leafType(leaf) }
}

function leafType(leaf: { type: string; enum?: readonly string[] }): Setting['type'] {
  if (leaf.enum !== undefined) return 'choice'
  if (leaf.type === 'array') return 'list'
  if (leaf.type === 'integer' || leaf.type === 'boolean') return leaf.type
  return 'text'
}
