import { HoconError } from './error.ts'
import type { HoconScalar } from './value.ts'

const SECOND = 1000
const DURATION_UNITS = unitTable([
  [1e-6, 'ns nano nanos nanosecond nanoseconds'],
  [1e-3, 'us micro micros microsecond microseconds'],
  [1, 'ms milli millis millisecond milliseconds'],
  [SECOND, 's second seconds'],
  [60 * SECOND, 'm minute minutes'],
  [3600 * SECOND, 'h hour hours'],
  [86_400 * SECOND, 'd day days'],
  [604_800 * SECOND, 'w week weeks'],
])

const SIZE_UNITS = unitTable([
  [1, 'B b byte bytes'],
  [1e3, 'kB kilobyte kilobytes'],
  [1e6, 'MB megabyte megabytes'],
  [1e9, 'GB gigabyte gigabytes'],
  [1e12, 'TB terabyte terabytes'],
  [2 ** 10, 'K k Ki KiB kibibyte kibibytes'],
  [2 ** 20, 'M m Mi MiB mebibyte mebibytes'],
  [2 ** 30, 'G g Gi GiB gibibyte gibibytes'],
  [2 ** 40, 'T t Ti TiB tebibyte tebibytes'],
])

/**
 * Milliseconds of "10s", "5 minutes", "500ms". A bare number counts in `bareUnit` (any unit name of
 * the format, "ms" as in the specification by default). Undefined when it is no duration.
 */
export function parseDuration(text: string, bareUnit = 'ms'): number | undefined {
  return measure(text, DURATION_UNITS, bareUnit)
}

/** Bytes of "512 MiB", "10kB", "1 g" (powers of two unless the unit ends in a decimal "B"). */
export function parseSize(text: string): number | undefined {
  return measure(text, SIZE_UNITS, 'B')
}

/** The milliseconds of a resolved value; throws HoconError at its origin when it is no duration. */
export function durationOf(scalar: HoconScalar, bareUnit?: string): number {
  const milliseconds = parseDuration(scalar.text, bareUnit)
  if (milliseconds !== undefined) return milliseconds
  throw new HoconError('expected a duration such as "10s" or "5 minutes"', scalar.at)
}

/** The bytes of a resolved value; throws HoconError at its origin when it is no size. */
export function sizeOf(scalar: HoconScalar): number {
  const bytes = parseSize(scalar.text)
  if (bytes !== undefined) return bytes
  throw new HoconError('expected a size such as "512 MiB" or "10kB"', scalar.at)
}

function measure(
  text: string,
  units: ReadonlyMap<string, number>,
  bareUnit: string,
): number | undefined {
  const found = /^\s*(\d+(?:\.\d+)?)\s*([A-Za-z]*)\s*$/.exec(text)
  const factor = units.get(found?.[2] || bareUnit)
  return found === null || factor === undefined ? undefined : Number(found[1]) * factor
}

function unitTable(rows: readonly (readonly [number, string])[]): ReadonlyMap<string, number> {
  return new Map(rows.flatMap(([factor, names]) => names.split(' ').map((name) => [name, factor])))
}
