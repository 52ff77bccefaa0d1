import type { IncomingMessage } from 'node:http'
import { BlockList, isIP, SocketAddress } from 'node:net'

const REMEMBERED_PEERS = 1_024

/** Tells the address of the person or program behind the proxies that the operator named. */
export class ClientAddresses {
  readonly #trusted = new BlockList()
  readonly #isAnyTrusted: boolean
  readonly #known = new Map<string, boolean>()

  /** `trustedProxies`: addresses and CIDR ranges of both families. */
  constructor(trustedProxies: readonly string[]) {
    this.#isAnyTrusted = trustedProxies.length > 0
    for (const entry of trustedProxies) {
      const [text = '', prefix] = entry.split('/')
      const address = normalizeAddress(text)
      if (address === undefined) throw new RangeError(`${entry} is no address or CIDR range`)
      const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
      if (prefix === undefined) this.#trusted.addAddress(address, family)
      else this.#trusted.addSubnet(address, Number(prefix), family)
    }
  }

  isTrustedPeer(request: IncomingMessage): boolean {
    return this.#isTrusted(peerOf(request))
  }

  /**
   * The peer, or behind trusted proxies the rightmost address of X-Forwarded-For that is not one of
   * them: everything to its left was written by whoever sent the request.
   */
  of(request: IncomingMessage): string {
    let hop = peerOf(request)
    if (!this.#isAnyTrusted || !this.#isTrusted(hop)) return hop
    const forwarded = request.headers['x-forwarded-for']
    if (forwarded === undefined) return hop
    const hops = (Array.isArray(forwarded) ? forwarded.join(',') : forwarded).split(',')
    for (const text of hops.reverse()) {
      const address = normalizeAddress(text.trim())
      if (address === undefined) return hop
      hop = address
      if (!this.#isTrusted(hop)) return hop
    }
    return hop
  }

  #isTrusted(address: string): boolean {
    if (!this.#isAnyTrusted) return false
    const known = this.#known.get(address)
    if (known !== undefined) return known
    const family = isIP(address)
    const isTrusted = family !== 0 && this.#trusted.check(address, family === 6 ? 'ipv6' : 'ipv4')
    if (this.#known.size >= REMEMBERED_PEERS) this.#known.clear()
    this.#known.set(address, isTrusted)
    return isTrusted
  }
}

function peerOf(request: IncomingMessage): string {
  const address = remoteAddress(request)
  if (address === undefined) return ''
  return address.includes(':') ? (normalizeAddress(address) ?? address) : address
}

/** The socket of an HTTP/2 request is a stand-in that throws once its connection is gone. */
function remoteAddress({ socket }: IncomingMessage): string | undefined {
  try {
    return socket.remoteAddress
  } catch {
    return undefined
  }
}

/** One spelling per address: no port, no zone, IPv4-mapped as IPv4; `undefined` when it is none. */
export function normalizeAddress(text: string): string | undefined {
  const bare = /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text
  const address = bare.replace(/%.*$/, '')
  const family = isIP(address)
  if (family === 4) return address
  if (family === 0) return undefined
  const canonical = new SocketAddress({ address, family: 'ipv6' }).address
  const mapped = /^::ffff:([\d.]+)$/i.exec(canonical)?.[1]
  return mapped ?? canonical
}
