import type { MongoClient, TopologyDescription } from 'mongodb'

/**
 * Watches what the driver knows of the servers. It tells a write that never left from one that may
 * have: the driver reports both as "no server found" when the second try finds none.
 */
export class Availability {
  #isWritable = false
  #isStandalone = false
  #becameWritable = 0

  constructor(client: MongoClient) {
    client.on('topologyDescriptionChanged', ({ newDescription }) => this.#see(newDescription))
  }

  get isStandalone(): boolean {
    return this.#isStandalone
  }

  /** Call before a write; the answer tells later whether no server can have seen it. */
  begin(): () => boolean {
    const { ...before } = { isWritable: this.#isWritable, count: this.#becameWritable }
    return () => !before.isWritable && this.#becameWritable === before.count
  }

  #see({ servers }: TopologyDescription): void {
    const types = [...servers.values()].map(({ type }) => type)
    const isWritable = types.some((type) => WRITABLE.has(type))
    if (isWritable) {
      this.#isStandalone = types.includes('Standalone')
      if (!this.#isWritable) this.#becameWritable++
    }
    this.#isWritable = isWritable
  }
}

const WRITABLE: ReadonlySet<string> = new Set(['Standalone', 'RSPrimary', 'Mongos', 'LoadBalancer'])
