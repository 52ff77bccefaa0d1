/**
 * The part of an address that metrics are labelled with: the /8 of IPv4 and the /12 of IPv6, which are the
 * blocks that registries hand out. However many addresses ask, there are at most 256 + 4 096 of them, and
 * of addresses that exist a few hundred.
 */
export function ipPrefix(ip: string): string {
  if (!ip.includes(':')) {
    const first = /^\d{1,3}(?=\.)/.exec(ip)?.[0]
    return first === undefined ? 'unknown' : `${first}.0.0.0/8`
  }
  const [head = ''] = ip.split(':')
  const block = Number.parseInt(head === '' ? '0' : head, 16) & 0xfff0
  return Number.isNaN(block) || block === 0 ? '::/12' : `${block.toString(16)}::/12`
}
