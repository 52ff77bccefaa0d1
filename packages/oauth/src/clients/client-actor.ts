// Owns: finding clients (bounded cache, one load at a time) and deciding changes to one client.
// Does not own: authentication (authenticate-client.ts), registration rules (register/). Start here: `find`.
import type { AuditAction, Change, Client, ClientId, Clock, IdMaker, Storage } from '@grantd/domain'
import { nowSeconds, OAuthError } from '@grantd/domain'

const CACHE_SIZE = 10_000
/** How old a cached client may be before another process's change must show. */
const STALENESS_MS = 500

/** Keyed by client id. Its state is a cache that may vanish; the truth is in storage. */
export class ClientActor {
  readonly #storage: Storage
  readonly #clock: Clock
  readonly #ids: IdMaker
  readonly #cache = new Map<ClientId, Client>()
  #version = -1
  #checkedAtMs = 0

  constructor(ports: { storage: Storage; clock: Clock; ids: IdMaker }) {
    this.#storage = ports.storage
    this.#clock = ports.clock
    this.#ids = ports.ids
  }

  /** The client as stored, at most half a second old; disabled clients are returned as such. */
  async find(message: { readonly id: ClientId }): Promise<Client | undefined> {
    const now = this.#clock.nowMs()
    if (now - this.#checkedAtMs >= STALENESS_MS || now < this.#checkedAtMs)
      await this.#forgetStale(now)
    const known = this.#cache.get(message.id)
    if (known !== undefined) return known
    const client = await this.#storage.clients.find(message.id)
    if (client !== undefined) this.#remember(client) // misses are not kept: strangers could fill the cache
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
      this.#audit('client.created', client.id, message.actor),
    ])
    if (result.outcome === 'refused') {
      throw new OAuthError('invalid_token', 'the initial access token has no uses left', {
        challenge: 'Bearer',
      })
    }
    this.#remember(client)
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
      this.#cache.delete(message.id)
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
    this.#cache.delete(message.id)
    return result.outcome === 'committed'
  }

  async #forgetStale(now: number): Promise<void> {
    const { clients } = await this.#storage.versions()
    if (clients !== this.#version) this.#cache.clear()
    this.#version = clients
    this.#checkedAtMs = now
  }

  #remember(client: Client): void {
    if (this.#cache.size >= CACHE_SIZE) {
      const oldest = this.#cache.keys().next().value
      if (oldest !== undefined) this.#cache.delete(oldest)
    }
    this.#cache.set(client.id, client)
  }

  #audit(action: AuditAction, id: ClientId, actor: string): Change {
    return {
      kind: 'audit.insert',
      record: {
        id: this.#ids.next(),
        action,
        actor,
        targetKind: 'client',
        targetId: id,
        ip: undefined,
        metadata: {},
        createdAt: nowSeconds(this.#clock),
      },
    }
  }
}
