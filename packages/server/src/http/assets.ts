import type { Assets } from './context.ts'
import type { Exchange } from './exchange.ts'
import type { ConstantHeaders } from './headers.ts'
import { matchesEtag } from './reply.ts'

export const STATIC_PREFIX = '/static/'

/**
 * Answers a file of the pages, or returns false. The path is looked up as sent, never decoded and
 * never joined to a directory, so there is no way out of the table.
 */
export function sendAsset(exchange: Exchange, assets: Assets, headers: ConstantHeaders): boolean {
  const asset = assets.find(exchange.path)
  if (asset === undefined) return false
  const changing = [
    'Content-Type',
    asset.contentType,
    'Cache-Control',
    'public, max-age=31536000, immutable',
    'ETag',
    asset.etag,
  ]
  if (matchesEtag(exchange.request.headers['if-none-match'], asset.etag)) {
    exchange.send(304, headers.asset, changing)
  } else {
    exchange.send(200, headers.asset, changing, asset.body)
  }
  return true
}
