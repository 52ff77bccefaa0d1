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
  const message = `${location.name} ${reasonOf(location, error)}`
  return new StorageError('unavailable', { message, cause: error })
}

/** The same for what fails once connected; errors that are not the server's stay what they are. */
export function openingFailure(location: MongoLocation, error: unknown): unknown {
  const isTheirs = error instanceof MongoError || isBrokenSocket(error)
  return isTheirs ? connectFailure(location, error) : error
}

function reasonOf(location: MongoLocation, error: unknown): string {
  if (error instanceof MongoServerSelectionError) return noServer(location, error)
  const said = error instanceof Error ? error.message : String(error)
  if (!(error instanceof MongoServerError)) return `cannot be reached: ${said}`
  const { code } = error
  if (code === UNAUTHORIZED) {
    return `does not let this user in (${said}); give it the role readWrite on ${location.database}, and name it in the URL`
  }
  if (BAD_CREDENTIALS.has(Number(code))) {
    return (
      `refuses the user or the password of the URL (${said}); check both, that / ? # @ : in them are ` +
      'percent-encoded, and authSource: the database that the user was made in, often authSource=admin'
    )
  }
  return `refuses to work: ${said}`
}

/** What the driver has seen of each server; its own message is often "timed out" and no more. */
function noServer({ hosts, name }: MongoLocation, error: MongoServerSelectionError): string {
  const { servers, setName } = error.reason ?? {}
  if (servers === undefined) return `cannot be reached: ${error.message}`
  if (servers.size === 0) {
    return `cannot be reached: no host of the URL belongs to the replica set "${setName}"; correct replicaSet, or leave it out`
  }
  const seen = [...servers.values()].map(
    ({ address, type, error: cause }) => `${address}: ${cause?.message ?? NAMES.get(type) ?? type}`,
  )
  const isElsewhere = [...servers.keys()].some((address) => !isNamed(hosts, address))
  const hint =
    isElsewhere && !name.startsWith('mongodb+srv')
      ? '; these are the addresses that the replica set gives for its members: they must be reachable from here'
      : ''
  return `cannot be reached: no primary answers (${seen.join('; ')})${hint}`
}

const NAMES: ReadonlyMap<string, string> = new Map([
  ['Unknown', 'no answer'],
  ['RSSecondary', 'a secondary'],
  ['RSGhost', 'not initiated, run rs.initiate() in mongosh'],
])

const isNamed = (hosts: readonly string[], address: string): boolean =>
  hosts.some((host) => address === host || address === `${host}:27017`)
