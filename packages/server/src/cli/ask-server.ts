// Owns: asking a running server over HTTP, on the address where its configuration makes it listen.
import { bareHost } from '../config/address.ts'
import { type Located, portOf } from './locate.ts'

export type ServerAnswer =
  | { readonly outcome: 'answer'; readonly status: number; readonly body: unknown }
  | { readonly outcome: 'none'; readonly reason: string }

/** A wildcard address is asked on its loopback. */
export function listenerUrl(located: Located): string {
  const host = bareHost(located.settings.server.host)
  const name = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  return `http://${name.includes(':') ? `[${name}]` : name}:${portOf(located)}`
}

/** Never follows a redirect: the answer must come from whom was asked. */
export async function askServer(url: string, timeoutMs: number): Promise<ServerAnswer> {
  try {
    const reply = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) })
    const text = await reply.text()
    return { outcome: 'answer', status: reply.status, body: parsed(text) }
  } catch (error) {
    return { outcome: 'none', reason: reasonOf(error) }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // not one of ours
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError') return 'no answer in time'
  const { cause } = error
  if (!(cause instanceof Error)) return error.message
  const { code } = cause as NodeJS.ErrnoException
  return code === 'ECONNREFUSED' ? 'nobody listens there' : (code ?? cause.message)
}
