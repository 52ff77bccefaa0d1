import type { CacheListener, SharedCache } from '@grantd/domain'

/** What several processes share, in one; messages and values can be held back or lost. */
export class Hub {
  readonly values = new Map<string, { readonly bytes: Uint8Array; readonly deadline: number }>()
  /** Everybody's own clock, and how far the shared one is ahead of it. */
  nowMs = 1_000_000
  aheadMs = 0
  losesMessages = false
  /** When set, `get` waits for it. */
  getting: Promise<void> | undefined
  readonly #members = new Set<Member>()

  get sharedMs(): number {
    return this.nowMs + this.aheadMs
  }

  join(): Member {
    const member = new Member(this)
    this.#members.add(member)
    return member
  }

  say(tags: readonly string[], from: Member): void {
    if (this.losesMessages) return
    for (const member of this.#members) if (member !== from) member.listener?.announced(tags)
  }
}

export class Member implements SharedCache {
  listener: CacheListener | undefined
  gets = 0
  readonly #hub: Hub

  constructor(hub: Hub) {
    this.#hub = hub
  }

  async get(name: string): Promise<Uint8Array | undefined> {
    this.gets++
    await this.#hub.getting
    const kept = this.#hub.values.get(name)
    return kept !== undefined && kept.deadline > this.#hub.sharedMs ? kept.bytes : undefined
  }

  put(name: string, bytes: Uint8Array, deadline: number): void {
    if (deadline > this.#hub.sharedMs) this.#hub.values.set(name, { bytes, deadline })
  }

  announce(tags: readonly string[]): void {
    this.#hub.say(tags, this)
  }

  listen(listener: CacheListener): void {
    this.listener = listener
    listener.opened()
  }

  now(): number {
    return this.#hub.sharedMs
  }

  async close(): Promise<void> {
    this.listener?.closed()
  }
}
