// Owns: connections to operators' own hosts that stay open between requests, and the addresses that were
// checked for them. Does not own: the checks (guarded-http.ts).
import type { Agent, AgentOptions } from 'node:http'

type Found = readonly { readonly address: string; readonly family: number }[]

/** As long as hosts usually leave them open, and less. */
const IDLE_MS = 4_000
/** How long a name is believed to be where it was. */
const BELIEVED_MS = 5_000

export class KeptConnections {
  readonly #agents = new Map<string, Agent>()
  readonly #addresses = new Map<string, { readonly found: Found; readonly until: number }>()

  agent(protocol: string, make: new (options: AgentOptions) => Agent): Agent {
    let agent = this.#agents.get(protocol)
    if (agent === undefined) {
      agent = new make({ keepAlive: true, maxFreeSockets: 32, timeout: IDLE_MS })
      this.#agents.set(protocol, agent)
    }
    return agent
  }

  /** What `look` found lately; it throws for what may not be called. */
  async addressesOf(url: URL, look: () => Promise<Found>): Promise<Found> {
    const known = this.#addresses.get(url.origin)
    if (known !== undefined && performance.now() < known.until) return known.found
    const found = await look()
    this.#addresses.set(url.origin, { found, until: performance.now() + BELIEVED_MS })
    return found
  }
}
