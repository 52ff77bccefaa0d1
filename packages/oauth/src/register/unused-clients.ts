// Owns: which clients that registered themselves were ever used, and deleting the others. Use and
// deletion leave the same mark, which storage takes once: whoever comes second has lost.
import { after, type Change, type Client, nowSeconds } from '@grantd/domain'
import { auditChange } from '../audit.ts'
import type { Services } from '../services.ts'

type MarkPorts = Pick<Services, 'storage' | 'clock'>
type SweepPorts = Pick<Services, 'storage' | 'clock' | 'ids' | 'settings'>

const A_DAY = 86_400
const FOREVER = 100 * 365 * A_DAY
const PAGE = 200
/** What one process remembers: after it a client is asked about once more, which costs one commit. */
const MAX_KNOWN = 100_000

function mark(client: Client, lifetime: number, { clock }: Pick<MarkPorts, 'clock'>): Change {
  const expiresAt = after(nowSeconds(clock), lifetime)
  return { kind: 'once.use', purpose: 'client used', id: client.id, expiresAt }
}

/** Which clients are known to have been used. */
export class ClientUse {
  readonly #ports: MarkPorts
  readonly #known = new Set<string>()

  constructor(ports: MarkPorts) {
    this.#ports = ports
  }

  /**
   * Call before a person or a token is bound to the client; writes at most once in a process. No
   * promise when there is nothing to write.
   */
  note(client: Client): Promise<void> | undefined {
    if (client.registeredBy !== 'self' || this.#known.has(client.id)) return undefined
    return this.#write(client)
  }

  async #write(client: Client): Promise<void> {
    await this.#ports.storage.commit([mark(client, FOREVER, this.#ports)]) // refused: it is on record already
    this.#remember(client)
  }

  /** Whether this process knows that it was used; `false` says nothing. */
  isKnown(client: Client): boolean {
    return this.#known.has(client.id)
  }

  #remember(client: Client): void {
    if (this.#known.size >= MAX_KNOWN) this.#known.clear()
    this.#known.add(client.id)
  }

  /** Deletes the client unless it was used; `true` when it is gone. */
  async deleteUnused(client: Client, services: SweepPorts): Promise<boolean> {
    const result = await services.storage.commit([
      mark(client, A_DAY, services), // its id never comes back
      { kind: 'client.delete', clientId: client.id },
      auditChange(
        {
          action: 'client.deleted',
          actor: 'janitor',
          targetKind: 'client',
          targetId: client.id,
          metadata: { reason: 'never used' },
        },
        services,
      ),
    ])
    if (result.outcome === 'committed') return true
    this.#remember(client)
    return false
  }
}

/** Clients that registered themselves so long ago that they should have been used; newest first. */
async function* candidates(services: SweepPorts): AsyncGenerator<Client> {
  const { storage, settings, clock } = services
  const before = nowSeconds(clock) - settings.unusedClientLifetime
  let last: string | undefined
  do {
    const page = await storage.clients.list({
      limit: PAGE,
      ...(last !== undefined && { after: last }),
    })
    for (const client of page)
      if (client.registeredBy === 'self' && client.createdAt <= before) yield client
    last = page.length < PAGE ? undefined : page.at(-1)?.rowId
  } while (last !== undefined)
}

/** How many `deleteUnusedClients` would delete. Writes nothing. */
export async function countUnusedClients(
  services: SweepPorts & Pick<Services, 'clientUse'>,
): Promise<number> {
  if (services.settings.unusedClientLifetime === 0) return 0
  let unused = 0
  for await (const client of candidates(services)) {
    if (services.clientUse.isKnown(client)) continue
    // Two marks at once are always refused, and which of them says whether there was one before.
    const asked = mark(client, A_DAY, services)
    const result = await services.storage.commit([asked, asked])
    if (result.outcome === 'refused' && result.index === 1) unused++
  }
  return unused
}

/** Deletes what nobody ever used; resolves to how many went. Nothing while the setting is 0. */
export async function deleteUnusedClients(
  services: SweepPorts & Pick<Services, 'clientUse'>,
): Promise<number> {
  if (services.settings.unusedClientLifetime === 0) return 0
  let deleted = 0
  for await (const client of candidates(services)) {
    if (services.clientUse.isKnown(client)) continue
    if (await services.clientUse.deleteUnused(client, services)) deleted++
  }
  return deleted
}
