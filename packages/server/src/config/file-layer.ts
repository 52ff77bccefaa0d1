import { type Candidate, type Layer, nameProblem, showName } from './candidate.ts'
import { SETTINGS, type Setting, settingByKey, typeText } from './catalog.ts'
import type { RawValue } from './convert.ts'
import type { HoconObject, HoconValue } from './hocon/value.ts'
import { notAvailableKey } from './not-available.ts'
import { type ConfigProblem, describeSource, type Source } from './problem.ts'
import { suggest } from './suggest.ts'

/** Sorts the content of a configuration file into settings; every other key is a problem. */
export function fileLayer(root: HoconObject): Layer {
  const candidates = new Map<string, Candidate>()
  const problems: ConfigProblem[] = []
  for (const [key, value] of leaves(root, '')) {
    const source: Source = { from: 'file', file: value.at.file, line: value.at.line }
    const setting = settingByKey(key)
    if (setting === undefined) {
      if (!isEmptySection(key, value)) problems.push(unknownKey(key, source))
      continue
    }
    const raw = rawValue(value, setting)
    if (raw === undefined) problems.push(wrongKind(key, `expected ${typeText(setting)}`, source))
    else if (raw !== '') candidates.set(key, { raw, source })
  }
  return { candidates, problems }
}

/** The problem of a key that is no setting, whether in a file or on the command line. */
export function unknownKey(key: string, source: Source): ConfigProblem {
  const known = SETTINGS.map((setting) => setting.key)
  const shown = showName(key)
  const entry = notAvailableKey(key)
  if (entry !== undefined) {
    return nameProblem({
      code: 'E_CONFIG_NOT_AVAILABLE',
      key: shown,
      source,
      what: 'is not available in this version',
      why: 'a setting without effect would promise something the server does not do',
      fix: entry.instead ?? `remove ${shown}`,
    })
  }
  const below = known.find((other) => key.startsWith(`${other}.`))
  if (below !== undefined)
    return wrongKind(below, 'this setting holds a value, not a section', source)
  if (known.some((other) => other.startsWith(`${key}.`))) {
    return wrongKind(shown, 'this is a section that holds settings, not a value', source)
  }
  const meant = suggest(key, known)
  return nameProblem({
    code: 'E_CONFIG_UNKNOWN_KEY',
    key: shown,
    source,
    what: 'is not a setting',
    why: 'a mistyped key would silently leave its setting at the default',
    fix: meant ? `did you mean ${meant}?` : `remove it from ${describeSource(source)}`,
  })
}

function wrongKind(key: string, why: string, source: Source): ConfigProblem {
  const fix = `write it as in docs/reference/configuration.md`
  return nameProblem({ code: 'E_CONFIG_TYPE', key, source, what: 'has the wrong type', why, fix })
}

function* leaves(object: HoconObject, prefix: string): Generator<[string, HoconValue]> {
  for (const [name, value] of object.fields) {
    const key = prefix === '' ? name : `${prefix}.${name}`
    if (value.kind === 'object' && value.fields.size > 0) yield* leaves(value, key)
    else yield [key, value]
  }
}

function isEmptySection(key: string, value: HoconValue): boolean {
  const holdsNothing = value.kind === 'object' || (value.kind === 'scalar' && value.value === null)
  return holdsNothing && SETTINGS.some((setting) => setting.key.startsWith(`${key}.`))
}

/** Text or list; '' for null, which in HOCON takes a value back; undefined for anything else. */
function rawValue(value: HoconValue, setting: Setting): RawValue | undefined {
  switch (value.kind) {
    case 'scalar':
      return value.value === null ? '' : value.text
    case 'object':
      return undefined
    case 'array': {
      const items = value.items.flatMap((item) => {
        if (item.kind === 'scalar') return [item.text]
        return item.kind === 'object' && setting.shape === 'bulkhead' ? bulkheadText(item) : []
      })
      return items.length === value.items.length ? items : undefined
    }
  }
}

/** The one list of objects in the file, each as the text that the other sources have; [] is a mistake. */
function bulkheadText({ fields }: HoconObject): string[] {
  const known = ['name', 'path_prefix', 'max_concurrent']
  const isKnown = [...fields].every(([key, { kind }]) => known.includes(key) && kind === 'scalar')
  const [name, prefix, most] = known.map((key) => {
    const value = fields.get(key)
    return value?.kind === 'scalar' ? value.text : undefined
  })
  if (!isKnown || name === undefined || prefix === undefined) return []
  return [`${name}=${prefix}${most === undefined ? '' : `:${most}`}`]
}
