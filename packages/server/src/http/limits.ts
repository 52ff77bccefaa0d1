import type { HttpLimits } from './context.ts'

export const DEFAULT_LIMITS: HttpLimits = {
  headerBytes: 16 * 1024,
  headerCount: 100,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 15_000,
  // Longer than the idle time of common proxies, so that they close first and no request is lost.
  keepAliveTimeoutMs: 75_000,
  timeoutCheckMs: 1_000,
  connections: 8_192,
}

/** No request body is larger, whatever the endpoint. */
export const MAX_BODY_BYTES: number = 64 * 1024
