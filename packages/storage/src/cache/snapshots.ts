import type { Client, ClientId, ClientSnapshots, ClientStore, SharedCache } from '@grantd/domain'
import type { CacheCipher } from './cipher.ts'

/** A snapshot cannot go stale; this only bounds how much is kept, and what a restored backup may meet. */
const LIFE_MS = 60_000

/**
 * Clients by id *and* by the database's count of changes to clients. The count is read before the client,
 * and grows in the transaction of each change: what is kept under a count is never older than the count.
 */
export function sharedSnapshots(ports: {
  readonly clients: Pick<ClientStore, 'find'>
  readonly shared: SharedCache
  readonly cipher: CacheCipher
}): ClientSnapshots {
  const { clients, shared, cipher } = ports
  return {
    async find(id: ClientId, version: number): Promise<Client | undefined> {
      const place = cipher.place('client', `${version} ${id}`)
      const bytes = await shared.get(place.name)
      const sealed = bytes && cipher.open<Client>(place, bytes)
      const now = shared.now()
      const left = sealed === undefined || now === undefined ? 0 : sealed.deadline - now
      if (sealed !== undefined && left > 0 && left <= LIFE_MS) return sealed.value
      const client = await clients.find(id)
      const loadedAt = shared.now()
      if (client === undefined || loadedAt === undefined) return client
      const deadline = loadedAt + LIFE_MS
      const kept = cipher.seal(place, { value: client, deadline })
      if (kept !== undefined) shared.put(place.name, kept, deadline)
      return client
    },
  }
}
