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

/**
 * Milliseconds of "10s", "5 minutes", "500ms". A bare number counts in `bareUnit` (any unit name of
 * the format, "ms" as in the specification by default). Undefined when it is no duration.
 */
export function parseDuration(text: string, bareUnit = 'ms'): number | undefined {
  const found = /^\s*(\d+(?:\.\d+)?)\s*([A-Za-z]*)\s*$/.exec(text)
  const factor = DURATION_UNITS.get(found?.[2] || bareUnit)
  return found === null || factor === undefined ? undefined : Number(found[1]) * factor
}

function unitTable(rows: readonly (readonly [number, string])[]): ReadonlyMap<string, number> {
  return new Map(rows.flatMap(([factor, names]) => names.split(' ').map((name) => [name, factor])))
}
