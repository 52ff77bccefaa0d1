// Owns: asking a running server over HTTP, on the address where its configuration makes it listen.
import { readFileSync } from 'node:fs'
import { type ClientRequest, request as plainRequest } from 'node:http'
import { request as secureRequest } from 'node:https'
import { bareHost } from '../config/address.ts'
import { type Located, portOf } from './locate.ts'

export type ServerAnswer =
  | { readonly outcome: 'answer'; readonly status: number; readonly body: unknown }
  | { readonly outcome: 'none'; readonly reason: string }

export interface Listener {
  readonly url: string
  /** The file with the certificate that it must show; its names are those of the public URL. */
  readonly cert: string | undefined
}

/** A wildcard address is asked on its loopback. */
export function listenerOf(located: Located): Listener {
  const { tls, host: configured } = located.settings.server
  const host = bareHost(configured)
  const name = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  const scheme = tls.cert === undefined ? 'http' : 'https'
  const authority = `${name.includes(':') ? `[${name}]` : name}:${portOf(located)}`
  return { url: `${scheme}://${authority}`, cert: tls.cert }
}

const MAX_BYTES = 1_048_576

/** Never follows a redirect: the answer must come from whom was asked. */
export async function askServer(
  url: string,
  timeoutMs: number,
  cert?: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<ServerAnswer> {
  try {
    const { status, text } = await get(url, timeoutMs, cert, headers)
    return { outcome: 'answer', status, body: parsed(text) }
  } catch (error) {
    return { outcome: 'none', reason: reasonOf(error) }
  }
}

async function get(
  url: string,
  timeoutMs: number,
  cert: string | undefined,
  headers: Readonly<Record<string, string>>,
) {
  const signal = AbortSignal.timeout(timeoutMs)
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string }>()
  const request = requestTo(url, { signal, headers, cert })
  request.on('response', (response) => {
    let text = ''
    response.setEncoding('utf8')
    response.on('data', (chunk: string) => {
      text += chunk
      if (text.length > MAX_BYTES) request.destroy(new Error('the answer is too long'))
    })
    response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
    response.on('error', reject)
  })
  request.on('error', reject)
  request.end()
  return promise
}

/** A GET on a connection of its own; `end` sends it. */
export function requestTo(
  url: string,
  options: {
    readonly signal: AbortSignal
    readonly headers: Readonly<Record<string, string>>
    readonly cert: string | undefined
  },
): ClientRequest {
  const { signal, headers, cert } = options
  const send = url.startsWith('https:') ? secureRequest : plainRequest
  return send(url, { signal, agent: false, headers, ...(cert !== undefined && trusting(cert)) })
}

/** This very certificate, whoever issued it, whatever name it was asked by. */
function trusting(cert: string) {
  return {
    ca: readFileSync(cert, 'utf8'),
    allowPartialTrustChain: true,
    checkServerIdentity: () => undefined,
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // not one of ours
  }
}

/** Why there is no answer, in words. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { code, name } = error as NodeJS.ErrnoException
  if (name === 'TimeoutError' || name === 'AbortError') return 'no answer in time'
  if (code === 'ECONNREFUSED') return 'nobody listens there'
  return code ?? error.message
}
