import type { CustomFetch } from 'openid-client'
import type { UpstreamHttp } from './provider.ts'

/** The port as the library wants it. Nothing is followed, whatever `redirect` says. */
export function fetchOver(http: UpstreamHttp, peer: string): CustomFetch {
  return async (url, { method, headers, body }) => {
    // The name of the library is nobody's business; the port sends its own.
    const { 'user-agent': _name, ...sent } = headers
    const answer = await http.send(
      url,
      { method, headers: sent, body: body == null ? undefined : String(body) },
      peer,
    )
    const { status, contentType = '' } = answer
    const text = Buffer.from(answer.body).toString('utf8')
    return new Response(text, {
      status: status === 200 && isRefusal(text) ? 400 : status,
      headers: { 'content-type': contentType },
    })
  }
}

/** GitHub refuses a code with status 200; RFC 6749 §5.2 has 400 for it. */
function isRefusal(text: string): boolean {
  if (!text.startsWith('{"error":')) return false
  try {
    const { error, access_token } = JSON.parse(text) as { error?: unknown; access_token?: unknown }
    return typeof error === 'string' && access_token === undefined
  } catch {
    return false // the reader says what is wrong with it
  }
}
