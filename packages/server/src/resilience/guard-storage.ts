import type { OpenedStorage } from '@grantd/storage'
import type { StorageCircuit } from './storage-circuit.ts'

type Circuit = Pick<StorageCircuit, 'run' | 'ping' | 'stop'>
type Ask = (...keys: unknown[]) => Promise<unknown>

/**
 * `storage` whose reads and units of work go through its circuit. What takes its time by nature (whole
 * copies, erasing, counting and clean-ups in slices) goes past it. So do questions that are answered at
 * once: nobody can be told sooner.
 */
export function guardStorage(storage: OpenedStorage, circuit: Circuit): OpenedStorage {
  const stores = storage.answersAtOnce === true ? [] : storesOf(storage, circuit)
  return {
    ...storage,
    ...(Object.fromEntries(stores) as Partial<OpenedStorage>), // each with the functions that it had
    commit: (changes) => circuit.run(true, () => storage.commit(changes)),
    versions: () => circuit.run(false, () => storage.versions()),
    ping: () => circuit.ping(),
    close: () => {
      circuit.stop()
      return storage.close()
    },
  }
}

function storesOf(storage: OpenedStorage, circuit: Circuit): [name: string, store: object][] {
  return Object.entries(storage).flatMap(([name, part]) =>
    name !== 'migrations' && typeof part === 'object' ? [[name, guardStore(part, circuit)]] : [],
  )
}

/** All that a store offers are questions, or may be asked again like one. */
function guardStore(store: object, circuit: Circuit): object {
  return Object.fromEntries(
    Object.entries(store as Readonly<Record<string, Ask>>).map(([name, ask]) => [
      name,
      (...keys: unknown[]) => circuit.run(false, () => ask.apply(store, keys)),
    ]),
  )
}
