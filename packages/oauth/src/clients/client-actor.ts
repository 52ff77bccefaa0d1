// Owns: loading clients (one load at a time) and deciding changes to one client.
// Does not own: authentication (authenticate-client.ts), registration rules (register/). Start here: `find`.
import type {
  AuditAction,
  Change,
  Client,
  ClientId,
  ClientSnapshots,
  Clock,
  IdMaker,
  Storage,
} from '@grantd/domain'
import { nowSeconds, OAuthError } from '@grantd/domain'
import type { ClientCache } from './client-cache.ts'

/** Keyed by client id, so that a load cannot bring back what a change has just replaced. */
export class ClientActor {
  readonly #storage: Storage
  readonly #clock: Clock
  readonly #ids: IdMaker
  readonly #cache: ClientCache
  readonly #snapshots: ClientSnapshots

  constructor(ports: {
    storage: Storage
    clock: Clock
    ids: IdMaker
    clientCache: ClientCache
    /** Where a client that is not known here is read; the storage itself where absent. */
    clientSnapshots?: ClientSnapshots | undefined
  }) {
    this.#storage = ports.storage
    this.#clock = ports.clock
    this.#ids = ports.ids
    this.#cache = ports.clientCache
    this.#snapshots = ports.clientSnapshots ?? ports.storage.clients
  }

  /** The client as stored, at most half a second old; disabled clients are returned as such. */
  async find(message: { readonly id: ClientId }): Promise<Client | undefined> {
    await this.#cache.refresh()
    const known = this.#cache.find(message.id)
    if (known !== undefined) return known
    const client = await this.#snapshots.find(message.id, this.#cache.version)
    if (client !== undefined) this.#cache.remember(client) // misses are not kept: strangers could fill the cache
    return client
  }

  /** Stores a new client. Throws `invalid_client_metadata` when its id exists. */
  async create(message: {
    readonly client: Client
    readonly actor: string
    readonly also?: readonly Change[]
  }): Promise<Client> {
    const { client } = message
    const result = await this.#storage.commit([
      ...(message.also ?? []),
      { kind: 'client.insert', client },
      this.#audit('client.created', client.id, message.actor, {
        client_name: client.name,
        scope: client.scope,
      }),
    ])
    if (result.outcome === 'refused') {
      throw new OAuthError('invalid_token', 'the initial access token has no uses left', {
        challenge: 'Bearer',
      })
    }
    this.#cache.remember(client)
    return client
  }

  /**
   * Applies `change` to the stored client and resolves to the new version, or `undefined` when there
   * is none. A concurrent change is read and tried again, so no update is lost.
   */
  async update(message: {
    readonly id: ClientId
    readonly change: (client: Client) => Client
    readonly action: AuditAction
    readonly actor: string
  }): Promise<Client | undefined> {
    for (let attempt = 0; attempt < 5; attempt++) {
      const current = await this.#storage.clients.find(message.id)
      if (current === undefined) return undefined
      const client: Client = {
        ...message.change(current),
        version: current.version + 1,
        updatedAt: nowSeconds(this.#clock),
      }
      const result = await this.#storage.commit([
        { kind: 'client.update', client },
        this.#audit(message.action, client.id, message.actor),
      ])
      this.#cache.forget(message.id)
      if (result.outcome === 'committed') return client
    }
    throw new OAuthError(
      'temporarily_unavailable',
      'the client is being changed by others; try again',
    )
  }

  /** Deletes a client with its codes, tokens and consents; false when there was none. */
  async remove(message: { readonly id: ClientId; readonly actor: string }): Promise<boolean> {
    const result = await this.#storage.commit([
      { kind: 'client.delete', clientId: message.id },
      this.#audit('client.deleted', message.id, message.actor),
    ])
    this.#cache.forget(message.id)
    return result.outcome === 'committed'
  }

  #audit(
    action: AuditAction,
    id: ClientId,
    actor: string,
    metadata: Readonly<Record<string, string>> = {},
  ): Change {
    return {
      kind: 'audit.insert',
      record: {
        id: this.#ids.next(),
        action,
        actor,
        targetKind: 'client',
        targetId: id,
        ip: undefined,
        metadata,
        createdAt: nowSeconds(this.#clock),
      },
    }
  }
}
