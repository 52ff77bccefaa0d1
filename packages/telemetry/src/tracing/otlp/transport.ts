/** How one request of a collector ended. */
export type TransportOutcome =
  | { readonly body: Uint8Array }
  | { readonly retry: string; readonly afterMs?: number }
  | { readonly refused: string }

/** A way to a collector. `send` settles within `timeoutMs`; it rejects for what no retry would mend. */
export interface Transport {
  send(message: Uint8Array, timeoutMs: number): Promise<TransportOutcome>
  close(): void
}

export interface TransportOptions {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly gzip: boolean
  /** PEM; instead of the authorities that Node knows. */
  readonly ca?: string | undefined
}

/** More than any collector has to say. */
export const MAX_ANSWER_BYTES = 64 * 1024

/** `ECONNREFUSED` says more to an operator than an address does, and less to anybody else. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown }
  return typeof code === 'string' && code !== '' ? code : String(message ?? error)
}
