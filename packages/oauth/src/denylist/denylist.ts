// Owns: which addresses, people and clients are refused at this moment, in every process, half a second
// late at most. Does not own: who asks (the HTTP hook, the features), the rows (storage).
// Start here: `ready`, then `deniesUser`.
import { BlockList, isIP } from 'node:net'
import type { ClientId, Clock, Denial, Storage, User, UserId } from '@grantd/domain'
import type { Log } from '../services.ts'

/** How old the list may be before another process's change must show. */
const STALENESS_MS = 500
/** How long a request waits for storage; then what is known decides, as while storage is down. */
const PATIENCE_MS = 250
/** Names are looked up as accounts this often: somebody may have taken a denied one since. */
const NAMES_MS = 60_000
const PAGE = 1_000
const LOOKUPS = 32
const REMEMBERED_ADDRESSES = 4_096

export type DenylistPorts = {
  readonly storage: Pick<Storage, 'versions' | 'denylist' | 'users'>
  readonly clock: Clock
  readonly log: Log
}

/**
 * The denylist as a switch: what it names is refused while the entry is there and goes on where it was
 * when the entry is gone. All look-ups are synchronous; an empty list costs one comparison.
 */
export class Denylist {
  readonly #ports: DenylistPorts
  #denials: readonly Denial[] = []
  #accounts: ReadonlyMap<string, UserId> = new Map()
  #active = activeOf([], new Map(), 0)
  #version = -1
  #checkedAtMs = Number.NEGATIVE_INFINITY
  #loadedAtMs = Number.NEGATIVE_INFINITY
  #refreshing: Promise<void> | undefined
  #isLate = false
  #isFailing = false

  constructor(ports: DenylistPorts) {
    this.#ports = ports
  }

  /** `undefined` when the list is fresh, else a promise that never rejects and resolves soon. */
  ready(): Promise<void> | undefined {
    const now = this.#ports.clock.nowMs()
    const age = now - this.#checkedAtMs
    // A clock that stepped back must not silence the check.
    if (age >= 0 && age < STALENESS_MS) {
      if (now >= this.#active.nextEndMs) this.#build(now)
      return undefined
    }
    return this.#isLate ? undefined : this.#refreshSoon()
  }

  /** Reads the list as it is now. Throws StorageError. */
  async refresh(): Promise<void> {
    const { storage, clock } = this.#ports
    const { denylist: version } = await storage.versions()
    const now = clock.nowMs()
    const isOld = this.#denials.some(isName) && Math.abs(now - this.#loadedAtMs) >= NAMES_MS
    if (version !== this.#version || isOld) {
      const denials = await everyDenial(storage)
      this.#accounts = await accountsOf(denials, storage)
      this.#denials = denials
      this.#version = version
      this.#loadedAtMs = now
      this.#build(now)
    } else if (now >= this.#active.nextEndMs) this.#build(now)
    this.#checkedAtMs = now
  }

  /** `ip` as the request's exchange has it: IPv4-mapped addresses as IPv4. */
  deniesAddress(ip: string): boolean {
    const { addresses, networks, known } = this.#active
    if (addresses.size > 0 && addresses.has(ip)) return true
    if (networks === undefined) return false
    const seen = known.get(ip)
    if (seen !== undefined) return seen
    const family = isIP(ip)
    const isDenied = family !== 0 && networks.check(ip, family === 6 ? 'ipv6' : 'ipv4')
    if (known.size >= REMEMBERED_ADDRESSES) known.clear()
    known.set(ip, isDenied)
    return isDenied
  }

  deniesClient(id: ClientId): boolean {
    return this.#active.clients.size > 0 && this.#active.clients.has(id)
  }

  deniesUser(user: Pick<User, 'id' | 'usernameKey' | 'emailKey'>): boolean {
    const { names, emails } = this.#active
    if (this.deniesUserId(user.id)) return true
    if (names.size > 0 && names.has(user.usernameKey)) return true
    return emails.size > 0 && user.emailKey !== undefined && emails.has(user.emailKey)
  }

  /** Where no account is at hand: a name that an account took lately is found within a minute. */
  deniesUserId(id: UserId): boolean {
    return this.#active.users.size > 0 && this.#active.users.has(id)
  }

  #refreshSoon(): Promise<void> {
    this.#refreshing ??= this.refresh()
      .then(
        () => {
          this.#isFailing = false
        },
        (err: unknown) => this.#failed(err),
      )
      .finally(() => {
        this.#refreshing = undefined
        this.#isLate = false
      })
    return this.#withPatience(this.#refreshing)
  }

  #withPatience(refreshing: Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#isLate = this.#refreshing === refreshing
        resolve()
      }, PATIENCE_MS)
      void refreshing.then(() => {
        clearTimeout(timer)
        resolve()
      })
    })
  }

  /** Refusing everybody while storage is down would help the attacker: the known list stays in force. */
  #failed(err: unknown): void {
    this.#checkedAtMs = this.#ports.clock.nowMs()
    if (!this.#isFailing)
      this.#ports.log.warn({ err }, 'the denylist could not be read; the known one stays in force')
    this.#isFailing = true
  }

  #build(now: number): void {
    this.#active = activeOf(this.#denials, this.#accounts, now)
  }
}

const isName = ({ kind }: Denial): boolean => kind === 'username' || kind === 'email'

/** What the entries that have not expired deny. */
function activeOf(
  denials: readonly Denial[],
  accounts: ReadonlyMap<string, UserId>,
  nowMs: number,
) {
  const addresses = new Set<string>()
  const clients = new Set<string>()
  const users = new Set<string>()
  const names = new Set<string>()
  const emails = new Set<string>()
  let networks: BlockList | undefined
  let nextEndMs = Number.POSITIVE_INFINITY
  for (const { id, kind, value, expiresAt } of denials) {
    const endMs = expiresAt === undefined ? Number.POSITIVE_INFINITY : expiresAt * 1_000
    if (endMs <= nowMs) continue
    nextEndMs = Math.min(nextEndMs, endMs)
    const account = accounts.get(id)
    if (account !== undefined) users.add(account)
    switch (kind) {
      case 'client_id':
        clients.add(value)
        break
      case 'user_id':
        users.add(value)
        break
      case 'username':
        names.add(value)
        break
      case 'email':
        emails.add(value)
        break
      case 'ip': {
        const [address = '', bits] = value.split('/')
        if (bits === undefined) addresses.add(address)
        else {
          networks ??= new BlockList()
          networks.addSubnet(address, Number(bits), isIP(address) === 6 ? 'ipv6' : 'ipv4')
        }
      }
    }
  }
  const known = new Map<string, boolean>()
  return { addresses, networks, known, clients, users, names, emails, nextEndMs }
}

async function everyDenial(storage: DenylistPorts['storage']): Promise<readonly Denial[]> {
  const all: Denial[] = []
  for (let after: string | undefined; ; ) {
    const page = await storage.denylist.list({
      limit: PAGE,
      ...(after !== undefined && { after }),
    })
    all.push(...page)
    after = page.at(-1)?.id
    if (page.length < PAGE || after === undefined) return all
  }
}

/** Whose tokens an entry by name ends: what is checked with a token in hand is an id. By id of the entry. */
async function accountsOf(
  denials: readonly Denial[],
  storage: DenylistPorts['storage'],
): Promise<ReadonlyMap<string, UserId>> {
  const accounts = new Map<string, UserId>()
  const named = denials.filter(isName)
  for (let start = 0; start < named.length; start += LOOKUPS) {
    const some = named.slice(start, start + LOOKUPS)
    const found = await Promise.all(some.map(({ value }) => storage.users.findByLogin(value)))
    for (const [at, { id, kind, value }] of some.entries()) {
      const user = found[at]
      if (user === undefined) continue
      if ((kind === 'username' ? user.usernameKey : user.emailKey) === value)
        accounts.set(id, user.id)
    }
  }
  return accounts
}
