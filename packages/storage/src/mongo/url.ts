import { ConnectionString } from 'mongodb-connection-string-url'

export interface MongoLocation {
  /** What the driver is given. */
  readonly url: string
  readonly database: string
  /** As the URL names them; with `mongodb+srv:` the one name that is looked up. */
  readonly hosts: readonly string[]
  readonly isReadOnly: boolean
  /** Names of the options that the URL sets. */
  readonly options: readonly string[]
  /** Without user and password, for messages. */
  readonly name: string
}

const DATABASE = 'oauth2'
const APP_NAME = 'oauth2-storage-mongo'

/** What decides whether data is safe is not left to a URL, and not overruled in silence. */
const NOT_YOURS: ReadonlyMap<string, string> = new Map([
  ['w', 'writes wait for a majority'],
  ['journal', 'writes wait for the journal'],
  ['wtimeoutms', 'writes wait for a majority'],
  ['readconcernlevel', 'reads see what a majority has'],
  ['readpreference', 'reads go to the primary'],
  ['retrywrites', 'writes are retried once, and the server sees to it that they apply once'],
])

/**
 * Reads `mongodb://…` or `mongodb+srv://…`; `mode=ro` opens for reading only. Throws an Error that
 * says what is wrong and never shows the password.
 */
export function parseMongoUrl(url: string): MongoLocation {
  const parsed = parse(url)
  const options = parsed.searchParams
  const mode = options.get('mode')
  if (mode !== null && mode !== 'ro' && mode !== 'rw') {
    throw new Error('mode in a MongoDB URL must be rw or ro')
  }
  options.delete('mode')
  for (const name of options.keys()) {
    const reason = NOT_YOURS.get(name.toLowerCase())
    if (reason === undefined) continue
    if (name.toLowerCase() === 'w' && options.get(name) === 'majority') continue
    if (name.toLowerCase() === 'retrywrites' && options.get(name) === 'true') continue
    throw new Error(`remove "${name}" from the MongoDB URL: with grantd ${reason}`)
  }
  if (!options.has('appName')) options.set('appName', APP_NAME)
  const database = decodeURIComponent(parsed.pathname.replace(/^\//, '')) || DATABASE
  return {
    url: parsed.toString(),
    database,
    hosts: parsed.hosts,
    isReadOnly: mode === 'ro',
    options: [...options.keys()],
    name: `mongodb:${parsed.hosts.join(',')}/${database}`,
  }
}

function parse(url: string): ConnectionString {
  try {
    return new ConnectionString(url)
  } catch {
    // The library's own message may quote the URL, password and all.
    throw new Error(
      'the MongoDB URL cannot be read; write mongodb://user:password@host1,host2/database?replicaSet=name, ' +
        'with / ? @ : in the password percent-encoded',
    )
  }
}
