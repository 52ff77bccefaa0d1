// Owns: how data looks on stdout: a table for people, JSON for programs, NAME=value for shells.
import { type EpochSeconds, nowSeconds, systemClock } from '@grantd/domain'
import { visible } from '../visible.ts'
import { failed } from './exit.ts'
import type { Terminal } from './terminal.ts'

/** What a command shows, in each of its formats. `env` only where the command offers it. */
export interface View {
  readonly table: () => string
  readonly json: () => unknown
  readonly env?: () => Readonly<Record<string, string | undefined>>
}

export function show(terminal: Terminal, format: string | undefined, view: View): void {
  if (format === 'json') terminal.print(JSON.stringify(view.json(), null, 2))
  else if (format === 'env') terminal.print(envLines(view.env?.() ?? {}))
  else {
    const text = view.table()
    if (text !== '') terminal.print(text)
  }
}

/** Aligned columns; the last one keeps its length. Colours are added by `paint` after the padding. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  paint: (cell: string, column: number) => string = (cell) => cell,
): string {
  const cells = rows.map((row) => row.map(visible))
  const widths = head.map((title, column) =>
    Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)),
  )
  const line = (row: readonly string[], dress: typeof paint): string =>
    row
      .map((cell, column) => {
        const isLast = column === row.length - 1
        return dress(isLast ? cell : cell.padEnd(widths[column] ?? 0), column)
      })
      .join('  ')
  return [line(head, (cell) => cell), ...cells.map((row) => line(row, paint))].join('\n')
}

/** Names and values of one thing, one a line. */
export function fields(pairs: readonly (readonly [string, string | undefined])[]): string {
  const shown = pairs.filter((pair): pair is readonly [string, string] => pair[1] !== undefined)
  const width = Math.max(...shown.map(([name]) => name.length))
  return shown.map(([name, value]) => `${name.padEnd(width)}  ${visible(value)}`).join('\n')
}

/** `2026-10-01T12:00:00Z (3 h ago)` for people. */
export function moment(at: EpochSeconds | number, now: number = nowSeconds(systemClock)): string {
  return `${iso(at)} (${relative(at - now)})`
}

/** ISO 8601 in whole seconds, for people and programs. */
export function iso(at: EpochSeconds | number): string {
  const date = new Date(at * 1_000)
  return Number.isNaN(date.getTime()) ? String(at) : date.toISOString().replace('.000Z', 'Z')
}

const UNITS = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
  [1, 's'],
] as const

/** `in 5 min`, `3 h ago`, `now`. */
export function relative(seconds: number): string {
  const distance = Math.abs(seconds)
  const [size, unit] = UNITS.find(([length]) => distance >= length) ?? [1, 's']
  if (distance < 1) return 'now'
  const text = `${Math.floor(distance / size)} ${unit}`
  return seconds > 0 ? `in ${text}` : `${text} ago`
}

function envLines(values: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(values)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${quoted(value)}`]))
    .join('\n')
}

/** Bare where every shell and dotenv reader agrees, else in single quotes. */
function quoted(value: string): string {
  if (/^[A-Za-z0-9_./:@%+,=-]*$/.test(value)) return value
  if (/[\r\n\0]/.test(value)) throw failed('a value with a line break cannot be an env line')
  return `'${value.replaceAll("'", `'\\''`)}'`
}
