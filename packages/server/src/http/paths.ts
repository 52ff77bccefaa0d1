import type { Endpoint, RateClass } from '@grantd/oauth'

/** What is known of a path before its endpoint runs. */
export interface KnownPath {
  readonly methods: ReadonlySet<string>
  readonly allow: string
  readonly cors: boolean
  /** Whether only programs call it, which read JSON whatever they say that they accept. */
  readonly isForPrograms: boolean
  /** By method. */
  readonly rateClasses: ReadonlyMap<string, RateClass> | undefined
}

export type PathTable = ReadonlyMap<string, KnownPath>

/** The last segment of a path, where an endpoint leaves it open. */
export const ONE_SEGMENT: RegExp = /\/[\w.~-]{1,256}$/

/** The entry of a path as sent: its own, or that of the endpoint whose last segment is open. */
export function knownPath(paths: PathTable, path: string): KnownPath | undefined {
  if (path.endsWith('*')) return undefined
  return paths.get(path) ?? paths.get(path.replace(ONE_SEGMENT, '/*'))
}

/** Programs that say text/html out of habit still need the RFC 6749 §5.2 body. */
export function isForPrograms({ caller, cors }: Pick<Endpoint, 'caller' | 'cors'>): boolean {
  return caller === 'client' || cors === true
}

/** Paths match byte for byte. HEAD is allowed wherever GET is. */
export function pathTable(endpoints: readonly Endpoint[]): PathTable {
  return new Map(
    [...Map.groupBy(endpoints, ({ path }) => path)].map(([path, own]) => [path, knownOf(own)]),
  )
}

function knownOf(endpoints: readonly Endpoint[]): KnownPath {
  const methods = new Set<string>()
  const rateClasses = new Map<string, RateClass>()
  for (const { path, method, rateClass } of endpoints) {
    if (methods.has(method)) throw new RangeError(`${method} ${path} is mounted twice`)
    methods.add(method)
    if (method === 'GET') methods.add('HEAD')
    if (rateClass !== undefined) rateClasses.set(method, rateClass)
  }
  return {
    methods,
    allow: [...methods].join(', '),
    cors: endpoints.some(({ cors }) => cors === true),
    isForPrograms: endpoints.some(isForPrograms),
    rateClasses: rateClasses.size > 0 ? rateClasses : undefined,
  }
}
