import { StorageError } from '@grantd/domain'
import type { StorageOptions } from '../options.ts'

/** A server without transactions: refused where they are required, else a warning. */
export function admitStandalone(
  name: string,
  { requireTransactions, onWarning }: StorageOptions,
): void {
  const reason =
    `${name} is a standalone server: it has no transactions, so a crash can leave a unit of work ` +
    'half written, such as a code that is spent without tokens'
  if (requireTransactions === true) {
    throw new StorageError('unavailable', {
      message: reason,
      fix: 'make it a replica set, of one member if need be: mongod --replSet rs0, then rs.initiate() in mongosh',
    })
  }
  onWarning?.(`${reason}; use it for development only`)
}
