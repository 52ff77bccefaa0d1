import type { Endpoint } from '@grantd/oauth'

/** What is known of a path before its endpoint runs. */
export interface KnownPath {
  readonly methods: ReadonlySet<string>
  readonly allow: string
  readonly cors: boolean
}

export type PathTable = ReadonlyMap<string, KnownPath>

/** The last segment of a path, where an endpoint leaves it open. */
export const ONE_SEGMENT: RegExp = /\/[\w.~-]{1,256}$/

/** The entry of a path as sent: its own, or that of the endpoint whose last segment is open. */
export function knownPath(paths: PathTable, path: string): KnownPath | undefined {
  if (path.endsWith('*')) return undefined
  return paths.get(path) ?? paths.get(path.replace(ONE_SEGMENT, '/*'))
}

/** Paths match byte for byte. HEAD is allowed wherever GET is. */
export function pathTable(endpoints: readonly Endpoint[]): PathTable {
  const paths = new Map<string, { methods: Set<string>; cors: boolean }>()
  for (const { path, method, cors } of endpoints) {
    const known = paths.get(path) ?? { methods: new Set<string>(), cors: false }
    if (known.methods.has(method)) throw new RangeError(`${method} ${path} is mounted twice`)
    known.methods.add(method)
    if (method === 'GET') known.methods.add('HEAD')
    known.cors ||= cors === true
    paths.set(path, known)
  }
  return new Map(
    [...paths].map(([path, { methods, cors }]) => [
      path,
      { methods, cors, allow: [...methods].join(', ') },
    ]),
  )
}
