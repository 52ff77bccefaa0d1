import { fromQuery } from '../authorize/request-text.ts'
import type { Params } from '../params.ts'

const MAX_OBJECT = 16_384

/**
 * The `ui_locales` of the request that is under way: sent with this very page, or in the request that a
 * form or a `return_to` carries, or in a request object. Of that the signature is not looked at: what
 * is read decides about words only, and every other page judges it before it believes anything.
 */
export function askedLanguages(params: Params): string | undefined {
  const sent = params.get('ui_locales')
  if (sent !== undefined) return sent
  const returnTo = params.get('return_to')
  if (returnTo?.includes('?'))
    return askedLanguages(fromQuery(returnTo.slice(returnTo.indexOf('?') + 1)).without('return_to'))
  const request = params.get('request')
  if (request === undefined) return undefined
  // The forms of consent and logout call the query that they carry `request`, too.
  return request.includes('=')
    ? askedLanguages(fromQuery(request).without('return_to'))
    : inRequestObject(request)
}

function inRequestObject(jwt: string): string | undefined {
  const [, payload] = jwt.split('.')
  if (payload === undefined || jwt.length > MAX_OBJECT) return undefined
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString())
    if (typeof claims !== 'object' || claims === null || !('ui_locales' in claims)) return undefined
    return typeof claims.ui_locales === 'string' ? claims.ui_locales : undefined
  } catch {
    return undefined // no JWT; whoever judges the request says so
  }
}
