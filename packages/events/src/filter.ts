export const FILTER_MODES = ['allow_all', 'include', 'exclude'] as const

export type FilterMode = (typeof FILTER_MODES)[number]

/** Which types go out. `types` counts with `include` and `exclude` only. */
export function createFilter(
  mode: FilterMode,
  types: readonly string[],
): (type: string) => boolean {
  const listed = new Set(types)
  switch (mode) {
    case 'allow_all':
      return () => true
    case 'include':
      return (type) => listed.has(type)
    case 'exclude':
      return (type) => !listed.has(type)
  }
}
