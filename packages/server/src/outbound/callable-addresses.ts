import { BlockList, isIP } from 'node:net'

/** Special-use IPv4 networks (IANA registry, RFC 6890): nobody's public server is there. */
const SPECIAL_V4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
] as const

/** Within 2000::/3, the only public part of IPv6: protocols, documentation, 6to4 (which wraps any IPv4). */
const SPECIAL_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'] as const

/** Which addresses the server may call on somebody's word. */
export class CallableAddresses {
  readonly #special = listOf([...SPECIAL_V4, ...SPECIAL_V6])
  readonly #globalV6 = listOf(['2000::/3'])
  readonly #allowed: BlockList

  /** `allowed`: CIDR ranges or addresses that the operator opened although they are special. */
  constructor(allowed: readonly string[]) {
    this.#allowed = listOf(allowed)
  }

  isPublic(address: string): boolean {
    const { text, family } = normal(address)
    if (this.#special.check(text, family)) return false
    return family === 'ipv4' || this.#globalV6.check(text, family)
  }

  isAllowed(address: string): boolean {
    const { text, family } = normal(address)
    return this.#allowed.check(text, family)
  }
}

function normal(address: string): { text: string; family: 'ipv4' | 'ipv6' } {
  const bare = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '')
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1] ?? unmapped(bare)
  if (mapped !== undefined) return { text: mapped, family: 'ipv4' }
  return { text: bare, family: isIP(bare) === 4 ? 'ipv4' : 'ipv6' }
}

/** The URL parser writes `::ffff:10.0.0.1` as `::ffff:a00:1`. */
function unmapped(text: string): string | undefined {
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i.exec(text) ?? []
  if (high === undefined || low === undefined) return undefined
  const bits = [Number.parseInt(high, 16), Number.parseInt(low, 16)]
  return bits.flatMap((part) => [part >> 8, part & 0xff]).join('.')
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', bits] = network.split('/')
    const family = isIP(address) === 4 ? 'ipv4' : 'ipv6'
    list.addSubnet(address, Number(bits ?? (family === 'ipv4' ? 32 : 128)), family)
  }
  return list
}
