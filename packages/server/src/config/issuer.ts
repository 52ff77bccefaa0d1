import { bareHost, isLoopbackHost } from './address.ts'
import type { Mode } from './mode.ts'
import type { Settings } from './settings.ts'

/** The issuer as far as it is configured: what wins when several of its settings are set. */
export function configuredIssuer(settings: Settings): string | undefined {
  return settings.jwt.issuer ?? settings.server.public_url ?? settings.server.public_base_url
}

/**
 * The issuer identifier: the `iss` of every token and response, never taken from a request.
 *
 * `jwt.issuer` wins and is used unchanged; it is meant for a server that took over the identity of
 * another, and then only the `iss` value differs from the URLs (see `baseUrlOf`). Otherwise it is
 * the base URL. RFC 8414 §2, RFC 9207.
 */
export function issuerOf(settings: Settings, boundPort: number, mode: Mode = 'serve'): string {
  return settings.jwt.issuer ?? baseUrlOf(settings, boundPort, mode)
}

/**
 * The URL all endpoints start with, without trailing slash: `server.public_url`, else
 * `server.public_base_url`, else the listener's own address. `boundPort` is the port that was really
 * taken. In dev mode a loopback address reads `localhost`, which is what people type.
 */
export function baseUrlOf(settings: Settings, boundPort: number, mode: Mode = 'serve'): string {
  const { public_url, public_base_url, host, tls } = settings.server
  const configured = public_url ?? public_base_url
  if (configured !== undefined) return configured
  const name = mode === 'dev' && isLoopbackHost(host) ? 'localhost' : bareHost(host)
  const scheme = tls.cert === undefined ? 'http' : 'https'
  return new URL(`${scheme}://${name.includes(':') ? `[${name}]` : name}:${boundPort}`).origin
}
