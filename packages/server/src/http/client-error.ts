import type { Socket } from 'node:net'

type SocketError = Error & { readonly code?: string; readonly rawPacket?: unknown }

type Answer = readonly [line: string, text: string]

const ANSWERS: Readonly<Record<string, Answer>> = {
  HPE_HEADER_OVERFLOW: [
    '431 Request Header Fields Too Large',
    'the address and the headers are too long together; send long parameters in the body',
  ],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: ['413 Content Too Large', 'the chunk extensions are too long'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'the request did not arrive in time'],
}
const NO_TLS = /^(?:ERR_SSL_|ERR_TLS_|EPROTO)/
const MALFORMED: Answer = ['400 Bad Request', 'the request could not be read']

/**
 * Answers what never became a request, or stopped being one: malformed, too large, too slow. The
 * connection always closes, since where the next request would begin is unknown.
 */
export function answerBrokenRequest(error: SocketError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  // No TLS, or not ours: nobody could read an answer.
  if (NO_TLS.test(error.code ?? '')) return void socket.destroy()
  if (socket.writable && !hasBegunAnswer(socket)) {
    const [line, text] = ANSWERS[error.code ?? ''] ?? MALFORMED
    const body = JSON.stringify({ error: 'invalid_request', error_description: text })
    socket.write(
      `HTTP/1.1 ${line}\r\nContent-Type: application/json\r\nCache-Control: no-store\r\n` +
        `X-Content-Type-Options: nosniff\r\nContent-Length: ${body.length}\r\n` +
        `Connection: close\r\n\r\n${isHead(error) ? '' : body}`,
    )
  }
  socket.destroySoon()
}

/** An answer to HEAD ends with its headers; what came after would be read as another answer. */
function isHead({ rawPacket }: SocketError): boolean {
  return Buffer.isBuffer(rawPacket) && rawPacket.subarray(0, 5).toString('latin1') === 'HEAD '
}

/** Node keeps the response in progress on the socket; a second status line would corrupt it. */
function hasBegunAnswer(socket: Socket): boolean {
  const { _httpMessage: message } = socket as { _httpMessage?: { headersSent?: boolean } }
  return message?.headersSent === true
}
