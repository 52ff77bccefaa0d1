import type { Setting, SettingValue } from './catalog.ts'
import { typeText } from './catalog.ts'
import { parseDuration } from './hocon/units.ts'
import { showValue } from './mask.ts'
import type { Unit } from './setting.ts'
import { type Refusal, SHAPES } from './shapes.ts'
import { suggest } from './suggest.ts'

/** A value as written: HOCON arrays are lists, everything else is text. */
export type RawValue = string | readonly string[]

/** The typed value, or why it is none. */
export type Converted = { readonly value: SettingValue } | { readonly refusal: Refusal }

const UNIT_MILLISECONDS: Readonly<Record<Unit, number>> = {
  seconds: 1000,
  hours: 3_600_000,
  days: 86_400_000,
}
const BOOLEANS = new Map([
  ...['true', '1', 'yes', 'on'].map((word) => [word, true] as const),
  ...['false', '0', 'no', 'off'].map((word) => [word, false] as const),
])

/** Turns what was written into what the setting promises. */
export function convert(setting: Setting, raw: RawValue): Converted {
  if (setting.type === 'list') return toList(setting, raw)
  if (typeof raw !== 'string') return refuse(setting, 'is a list', 'this setting has one value')
  switch (setting.type) {
    case 'text':
      return toText(setting, raw)
    case 'choice':
      return toChoice(setting, raw.trim())
    case 'integer':
      return toInteger(setting, raw.trim())
    case 'boolean':
      return toBoolean(setting, raw.trim())
  }
}

function refuse(setting: Setting, what: string, why: string, fix = typeFix(setting)): Converted {
  return { refusal: { code: 'E_CONFIG_TYPE', what, why, fix } }
}

function typeFix(setting: Setting): string {
  return `set ${setting.key} to: ${typeText(setting)}`
}

function toText(setting: Setting, raw: string): Converted {
  if (setting.shape === undefined) return { value: raw }
  return SHAPES[setting.shape](raw.trim())
}

function toList(setting: Setting, raw: RawValue): Converted {
  const items = typeof raw === 'string' ? raw.split(/[\s,]+/).filter((item) => item !== '') : raw
  const shape = setting.shape && SHAPES[setting.shape]
  const values: string[] = []
  for (const item of items) {
    const shaped = shape ? shape(item.trim()) : { value: item }
    if ('refusal' in shaped) {
      const what = `has the entry ${showValue(item, false)}, which ${shaped.refusal.what}`
      return { refusal: { ...shaped.refusal, what } }
    }
    values.push(shaped.value)
  }
  return { value: values }
}

function toChoice(setting: Setting, raw: string): Converted {
  const shaped = setting.shape ? SHAPES[setting.shape](raw) : { value: raw }
  const words = setting.enum ?? []
  if ('value' in shaped && words.includes(shaped.value)) return shaped
  const meant = suggest(raw, words)
  const fix = meant ? `did you mean "${meant}"? ${typeFix(setting)}` : typeFix(setting)
  return {
    refusal: {
      code: 'E_CONFIG_VALUE',
      what: 'is not known',
      why: 'only the listed values have a meaning',
      fix,
    },
  }
}

function toInteger(setting: Setting, raw: string): Converted {
  if (/^(tcp|udp):\/\//.test(raw)) {
    // Kubernetes sets <SERVICE>_PORT for each service: one called oauth2-server hits our own name.
    const why = 'Kubernetes sets variables like this one for a service of the same name'
    return refuse(setting, 'is not a number', why, 'set enableServiceLinks: false in the pod')
  }
  const number = /^[+-]?\d+$/.test(raw) ? Number(raw) : durationIn(setting, raw)
  if (number === undefined) {
    const duration = setting.unit ? `, or a duration such as "15 minutes"` : ''
    return refuse(setting, 'is not a whole number', `expected ${typeText(setting)}${duration}`)
  }
  if (!Number.isInteger(number)) {
    return refuse(setting, `is not a whole number of ${setting.unit}`, 'fractions are not rounded')
  }
  const { minimum = 0, maximum = Number.MAX_SAFE_INTEGER } = setting
  if (number >= minimum && number <= maximum) return { value: number }
  const why = `the allowed range is ${minimum} to ${maximum}${setting.unit ? ` ${setting.unit}` : ''}`
  return {
    refusal: { code: 'E_CONFIG_RANGE', what: 'is out of range', why, fix: typeFix(setting) },
  }
}

function durationIn({ unit }: Setting, raw: string): number | undefined {
  const milliseconds = unit && parseDuration(raw)
  return unit && milliseconds !== undefined ? milliseconds / UNIT_MILLISECONDS[unit] : undefined
}

function toBoolean(setting: Setting, raw: string): Converted {
  const value = BOOLEANS.get(setting.exact ? raw : raw.toLowerCase())
  const isExact = /^(1|0|true|false)$/.test(raw)
  if (value !== undefined && (isExact || !setting.exact)) return { value }
  const words = setting.exact ? '1 or true, 0 or false' : 'true or false (also 1/0, yes/no, on/off)'
  return refuse(setting, 'is not a boolean', `expected ${words}`, `set ${setting.key} to ${words}`)
}
