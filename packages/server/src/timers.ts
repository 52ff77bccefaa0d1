// Owns: when the work of nobody's request is done: logouts that clients have still to hear of, keys
// that grew old, clients that nobody used, audit records that join the chain. Does not own: that work
// (oauth), clean-up (janitor.ts).
import {
  deleteUnusedClients,
  extendChain,
  type Log,
  rotateByAge,
  type Services,
} from '@grantd/oauth'
import { every } from './every.ts'

/** A restart or another process may have left deliveries; those of this process are begun at once. */
const LOGOUT_EVERY_MS = 5_000
/** How long a record stands alone, so that changing it would leave no trace. */
const CHAIN_EVERY_MS = 1_000
const KEYS_EVERY_MS = 600_000
const UNUSED_CLIENTS_EVERY_MS = 3_600_000

/** Starts the timers; each waits for its own work, and `stop` for what is under way. */
export function startTimers(parts: {
  readonly services: Services
  readonly log: Log
  readonly encryptionKey: Uint8Array
}): {
  stop(): Promise<void>
} {
  const { services, log, encryptionKey } = parts
  const chain = { ...services, encryptionKey }
  const timers = [
    every(LOGOUT_EVERY_MS, 'logouts could not be delivered', () => services.logouts.deliver(), log),
    every(CHAIN_EVERY_MS, 'audit records could not join the chain', () => extendChain(chain), log),
    every(KEYS_EVERY_MS, 'signing keys could not be rotated', () => rotateByAge(services), log),
    every(
      UNUSED_CLIENTS_EVERY_MS,
      'clients that nobody used could not be deleted',
      () => deleteUnusedClients(services),
      log,
    ),
  ]
  return {
    async stop() {
      await Promise.all(timers.map((timer) => timer.stop()))
    },
  }
}
