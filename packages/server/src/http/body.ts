import { isAscii, isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import { OAuthError } from '@grantd/domain'
import { atEndOfTurn } from './end-of-turn.ts'
import { MAX_BODY_BYTES } from './limits.ts'

/** The request was cut off before its body was complete: there is nobody to answer. */
export class RequestAborted extends Error {
  override readonly name = 'RequestAborted'
}

export function hasBody(request: IncomingMessage): boolean {
  const { headers } = request
  if (headers['transfer-encoding'] !== undefined) return true
  const length = headers['content-length']
  return length !== undefined && length !== '0'
}

/**
 * Collects a body of at most 64 KiB as text. Throws `content_too_large`, `unsupported_media_type`
 * for compressed bodies, `invalid_request` for bytes that are no UTF-8, and RequestAborted. Resolves
 * for all bodies of one turn of the event loop together. A body that stalls is ended by the
 * listener's request time-out (408), which needs no timer per request.
 */
export function readBody(request: IncomingMessage): Promise<string> {
  const encoding = request.headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity') {
    throw new OAuthError('unsupported_media_type', 'compressed request bodies are not accepted')
  }
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) throw tooLarge()
  return new Promise((resolve, reject) => {
    let first: Buffer | undefined
    let more: Buffer[] | undefined
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > MAX_BODY_BYTES) return reject(tooLarge())
      if (first === undefined) first = chunk
      else if (more === undefined) more = [first, chunk]
      else more.push(chunk)
    })
    request.on('end', () => {
      if (size > MAX_BODY_BYTES) return
      const whole = more === undefined ? first : Buffer.concat(more, size)
      const text = whole === undefined ? '' : textOf(whole)
      if (text === undefined) reject(new OAuthError('invalid_request', 'the body is not UTF-8'))
      else atEndOfTurn(resolve, text)
    })
    const cutOff = (cause?: unknown) => reject(new RequestAborted('cut off', { cause }))
    request.on('error', cutOff)
    // Of HTTP/2 there is no error, and what had come ends like a whole body.
    if (request.httpVersionMajor === 2) request.on('aborted', cutOff)
  })
}

function textOf(bytes: Buffer): string | undefined {
  if (isAscii(bytes)) return bytes.toString('latin1')
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined
}

function tooLarge(): OAuthError {
  return new OAuthError('content_too_large', `a body may have ${MAX_BODY_BYTES} bytes`)
}
