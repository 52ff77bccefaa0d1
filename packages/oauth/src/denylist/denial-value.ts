import { isIPv4, isIPv6, SocketAddress } from 'node:net'
import { type DenialKind, foldName, parseEmail } from '@grantd/domain'

/** The one spelling of what an entry names, or what is wrong with the text. */
export type DenialValue = { readonly value: string } | { readonly problem: string }

const USER_ID = /^[\w-]{22}$/
const NAME = /^[^\p{Cc}]{1,256}$/u

/** Reads what somebody typed, so that twins of a name or an address are one entry. */
export function denialValue(kind: DenialKind, typed: string): DenialValue {
  const text = typed.trim()
  switch (kind) {
    case 'ip':
      return networkValue(text)
    case 'email': {
      const email = parseEmail(text)
      return email === undefined
        ? { problem: 'it is no e-mail address' }
        : { value: foldName(email) }
    }
    case 'username':
      return NAME.test(text) ? { value: foldName(text) } : { problem: 'it is no username' }
    case 'user_id':
      return USER_ID.test(text) ? { value: text } : { problem: 'an id has 22 characters' }
    case 'client_id':
      return NAME.test(text) ? { value: text } : { problem: 'it is no client id' }
  }
}

const NO_ADDRESS = {
  problem: 'it is no address such as 192.0.2.7 and no network such as 2001:db8::/48',
}

function networkValue(text: string): DenialValue {
  const [address = '', prefix, ...rest] = text.split('/')
  const bytes = bytesOf(address)
  if (bytes === undefined || rest.length > 0) return NO_ADDRESS
  const width = bytes.length * 8
  if (prefix === undefined) return { value: textOf(bytes) }
  const bits = /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN
  if (Number.isNaN(bits) || bits > width) return NO_ADDRESS
  if (bits === 0) return { problem: 'this network is everybody' }
  const network = textOf(bytes.map((byte, at) => byte & maskOf(bits - at * 8)))
  return { value: bits === width ? network : `${network}/${bits}` }
}

const maskOf = (bits: number): number => (0xff00 >> Math.max(0, Math.min(8, bits))) & 0xff

/** IPv4-mapped addresses are IPv4: that is how a request from there is seen. */
function bytesOf(address: string): readonly number[] | undefined {
  if (isIPv4(address)) return address.split('.').map(Number)
  if (!isIPv6(address) || address.includes('%')) return undefined
  const canonical = new SocketAddress({ address, family: 'ipv6' }).address
  const mapped = /^::ffff:([\d.]+)$/i.exec(canonical)?.[1]
  return mapped === undefined ? bytesOfIPv6(canonical) : mapped.split('.').map(Number)
}

function bytesOfIPv6(canonical: string): readonly number[] {
  // The last 32 bits may be written as IPv4 (`::192.0.2.1`).
  const text = canonical.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...parts: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = parts.slice(0, 4).map(Number)
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
  })
  const [head = '', tail] = text.split('::')
  const groupsOf = (part: string) => (part === '' ? [] : part.split(':'))
  const [left, right] = [groupsOf(head), groupsOf(tail ?? '')]
  const missing = tail === undefined ? 0 : 8 - left.length - right.length
  return [...left, ...Array<string>(missing).fill('0'), ...right].flatMap((group) => {
    const value = Number.parseInt(group, 16)
    return [value >> 8, value & 0xff]
  })
}

function textOf(bytes: readonly number[]): string {
  if (bytes.length === 4) return bytes.join('.')
  const address = Buffer.from(bytes).toString('hex').match(/.{4}/g)?.join(':') ?? ''
  return new SocketAddress({ address, family: 'ipv6' }).address
}
