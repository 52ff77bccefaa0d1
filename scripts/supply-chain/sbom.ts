// Owns: what a list of ingredients (CycloneDX) must have to be of use, compared with the lockfile.
// Does not own: making it (scripts/sbom.ts).

export interface Bom {
  readonly bomFormat?: string
  readonly specVersion?: string
  readonly components?: readonly {
    readonly 'bom-ref'?: string
    readonly name?: string
    readonly version?: string
    readonly purl?: string
    readonly hashes?: readonly { readonly alg: string; readonly content: string }[]
    readonly licenses?: readonly unknown[]
  }[]
  readonly dependencies?: readonly {
    readonly ref?: string
    readonly dependsOn?: readonly string[]
  }[]
}

export interface Lockfile {
  readonly packages: Readonly<
    Record<
      string,
      {
        readonly version?: string
        readonly dev?: boolean
        readonly link?: boolean
        readonly optional?: boolean
      }
    >
  >
}

/**
 * The list without what only development needs. `npm sbom --omit dev` leaves out too much: also what a
 * server and a tool of development share, such as jose.
 */
export function forServers<List extends Bom>(bom: List, lockfile: Lockfile): List {
  const needed = new Set<string>()
  for (const [place, { version, dev }] of Object.entries(lockfile.packages)) {
    const name = nameAt(place)
    if (name !== undefined && dev !== true) needed.add(`${name}@${version}`)
  }
  const standIns = standInsOf(lockfile)
  const isNeeded = (ref: string | undefined) =>
    ref !== undefined &&
    !standIns.has(ref.replace(/@[^@]*$/, '')) &&
    (needed.has(ref) || !isFromLockfile(ref, lockfile))
  return {
    ...bom,
    components: bom.components?.filter((component) => isNeeded(component['bom-ref'])),
    dependencies: bom.dependencies
      ?.filter(({ ref }) => isNeeded(ref))
      .map((entry) => ({ ...entry, dependsOn: entry.dependsOn?.filter(isNeeded) })),
  }
}

function nameAt(place: string): string | undefined {
  return /node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(place)?.[1]
}

/** Names of others' packages in whose place we installed nothing, such as one that reports who installs it. */
function standInsOf({ packages }: Lockfile): ReadonlySet<string | undefined> {
  const links = Object.entries(packages).filter(([, { link }]) => link === true)
  return new Set(
    links.map(([place]) => nameAt(place)).filter((name) => !name?.startsWith('@grantd/')),
  )
}

/** False for our own packages and for the whole, which no registry has. */
function isFromLockfile(ref: string, { packages }: Lockfile): boolean {
  return Object.entries(packages).some(
    ([place, { version, link }]) => link !== true && `${nameAt(place)}@${version}` === ref,
  )
}

/** Empty when each package that a server may load is listed, with its origin, checksum and licence. */
export function problemsOfBom(bom: Bom, lockfile: Lockfile): string[] {
  if (bom.bomFormat !== 'CycloneDX' || bom.components === undefined)
    return ['this is no CycloneDX list']
  const components = bom.components.filter(({ purl }) => purl?.startsWith('pkg:npm/') === true)
  const listed = new Set(
    components.map(({ purl }) => decodeURIComponent(purl ?? '').replace(/\?.*$/, '')),
  )
  const isOwn = (purl: string | undefined) => purl?.includes('%40grantd/') === true
  const unnamed = components.filter(({ purl, hashes, licenses }) => {
    return !isOwn(purl) && ((hashes ?? []).length === 0 || (licenses ?? []).length === 0)
  })
  const missing = Object.entries(lockfile.packages).flatMap(([place, entry]) => {
    const name = nameAt(place)
    // Packages of other platforms are in the lockfile and not on this machine.
    if (name === undefined || entry.dev || entry.link || entry.optional) return []
    return listed.has(`pkg:npm/${name}@${entry.version}`)
      ? []
      : [`${name}@${entry.version} is not listed`]
  })
  return [
    ...(components.length === 0 ? ['nothing is listed'] : []),
    ...unnamed.map(({ name }) => `${name} has no checksum or no licence`),
    ...missing,
  ]
}
