import { isIP } from 'node:net'

/**
 * True when only this machine can reach the host: `localhost` and its subdomains, 127.0.0.0/8 and
 * ::1, with or without brackets.
 */
export function isLoopbackHost(host: string): boolean {
  const bare = bareHost(host).toLowerCase()
  if (bare === 'localhost' || bare.endsWith('.localhost')) return true
  const mapped = bare.startsWith('::ffff:') ? bare.slice('::ffff:'.length) : bare
  return bare === '::1' || (isIP(mapped) === 4 && mapped.startsWith('127.'))
}

/** True for a URL whose transport an eavesdropper on the network can read. */
export function isPlainRemote(url: string): boolean {
  const { protocol, hostname } = new URL(url)
  return protocol === 'http:' && !isLoopbackHost(hostname)
}

/** The host without the brackets that URLs put around IPv6 addresses. */
export function bareHost(host: string): string {
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host
}
