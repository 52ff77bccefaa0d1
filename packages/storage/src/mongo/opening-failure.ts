import { StorageError } from '@grantd/domain'
import { MongoError, MongoServerError, MongoServerSelectionError } from 'mongodb'
import { isBrokenSocket } from './errors.ts'
import type { MongoLocation } from './url.ts'

/** Unauthorized, AuthenticationFailed, and what Atlas says instead. */
const UNAUTHORIZED = 13
const BAD_CREDENTIALS = new Set([18, 8_000])

/** Why there is no connection, in words for an operator and without a password. */
export function connectFailure(location: MongoLocation, error: unknown): StorageError {
  if (error instanceof StorageError) return error
  const { why, fix } = reasonOf(location, error)
  const message = `${location.name} ${why}`
  return new StorageError('unavailable', { message, cause: error, ...(fix && { fix }) })
}

/** The same for what fails once connected; errors that are not the server's stay what they are. */
export function openingFailure(location: MongoLocation, error: unknown): unknown {
  const isTheirs = error instanceof MongoError || isBrokenSocket(error)
  return isTheirs ? connectFailure(location, error) : error
}

interface Reason {
  readonly why: string
  readonly fix?: string
}

function reasonOf(location: MongoLocation, error: unknown): Reason {
  if (error instanceof MongoServerSelectionError) return noServer(location, error)
  const said = error instanceof Error ? error.message : String(error)
  if (!(error instanceof MongoServerError)) return { why: `cannot be reached: ${said}` }
  const { code } = error
  if (code === UNAUTHORIZED) {
    const fix = `name a user in OAUTH2_DATABASE_URL that has the role readWrite on ${location.database}`
    return { why: `does not let this user in: ${said}`, fix }
  }
  if (BAD_CREDENTIALS.has(Number(code))) {
    const fix =
      'check user and password in OAUTH2_DATABASE_URL, that / ? # @ : in them are percent-encoded, and ' +
      'authSource: the database that the user was made in, often authSource=admin'
    return { why: `refuses the user or the password: ${said}`, fix }
  }
  return { why: `refuses to work: ${said}` }
}

/** What the driver has seen of each server; its own message is often "timed out" and no more. */
function noServer({ hosts, url }: MongoLocation, error: MongoServerSelectionError): Reason {
  const { servers, setName } = error.reason ?? {}
  if (servers === undefined) return { why: `cannot be reached: ${error.message}` }
  if (servers.size === 0) {
    const why = `cannot be reached: none of its hosts belongs to the replica set "${setName}"`
    return { why, fix: 'correct replicaSet in OAUTH2_DATABASE_URL, or leave it out' }
  }
  const seen = [...servers.values()].map(
    ({ address, type, error: cause }) => `${address}: ${cause?.message ?? NAMES.get(type) ?? type}`,
  )
  const why = `cannot be reached: no primary answers (${seen.join('; ')})`
  const isElsewhere = [...servers.keys()].some((address) => !isNamed(hosts, address))
  if (!isElsewhere || url.startsWith('mongodb+srv:')) return { why }
  const fix =
    'these are the addresses that the replica set gives for its members (rs.conf() in mongosh): they ' +
    'must be reachable from here'
  return { why, fix }
}

const NAMES: ReadonlyMap<string, string> = new Map([
  ['Unknown', 'no answer'],
  ['RSSecondary', 'a secondary'],
  ['RSGhost', 'not initiated, run rs.initiate() in mongosh'],
])

const isNamed = (hosts: readonly string[], address: string): boolean =>
  hosts.some((host) => address === host || address === `${host}:27017`)
