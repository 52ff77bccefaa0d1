import { SETTINGS } from './catalog.ts'
import { describeSource, type Effective } from './problem.ts'

/** One setting as it is in effect; secrets read `***MASKED***`, a missing value is null. */
export interface EffectiveRow {
  readonly key: string
  readonly value: unknown
  readonly source: string
}

/** Every setting with its effective value and where that came from, in the order of the schema. */
export function effectiveRows({ values, sources }: Effective): EffectiveRow[] {
  return SETTINGS.map(({ key }) => ({
    key,
    value: values.get(key) ?? null,
    source: describeSource(sources.get(key) ?? { from: 'default' }),
  }))
}

/** The rows as aligned columns: key, value, source. */
export function formatRows(rows: readonly EffectiveRow[]): string {
  const cells = rows.map((row) => [row.key, cell(row.value), row.source] as const)
  const keyWidth = Math.max(...cells.map(([key]) => key.length))
  const valueWidth = Math.max(...cells.map(([, value]) => value.length))
  return cells
    .map(
      ([key, value, source]) => `${key.padEnd(keyWidth)}  ${value.padEnd(valueWidth)}  ${source}`,
    )
    .join('\n')
}

/** The rows as one object for `--output json`: key → value and source. */
export function effectiveJson(
  rows: readonly EffectiveRow[],
): Record<string, { value: unknown; source: string }> {
  return Object.fromEntries(rows.map(({ key, value, source }) => [key, { value, source }]))
}

function cell(value: unknown): string {
  if (value === null) return '(not set)'
  if (Array.isArray(value)) return value.length === 0 ? '(empty)' : value.map(plain).join(', ')
  return plain(value)
}

// Plain words stay bare; anything else is quoted so that a value cannot forge columns or lines.
function plain(value: unknown): string {
  const text = String(value)
  return /^[\x21-\x7e]+$/.test(text) ? text : JSON.stringify(text)
}
