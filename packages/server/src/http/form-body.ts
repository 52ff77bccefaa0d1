import type { IncomingMessage } from 'node:http'
import { invalidRequest, OAuthError } from '@grantd/domain'
import { Params } from '@grantd/oauth'
import { hasBody, readBody } from './body.ts'
import { endOfTurn } from './end-of-turn.ts'
import { parseParameters } from './parameters.ts'

// Anchored, and no blanks but one before the charset: a type that another parser would read
// differently must not slip past (CVE-2025-32442, CVE-2026-25223, CVE-2026-33806, CVE-2026-3419).
const FORM_TYPE = /^application\/x-www-form-urlencoded(?:; ?charset="?utf-8"?)?$/i

/** Throws or rejects with `unsupported_media_type` for any other type, and with what `readBody` throws. */
export function readForm(request: IncomingMessage): Promise<Params> {
  const type = request.headers['content-type']
  if (type === undefined && !hasBody(request)) return endOfTurn().then(() => Params.empty)
  if (type === undefined || !FORM_TYPE.test(type)) {
    throw new OAuthError(
      'unsupported_media_type',
      'send the parameters as application/x-www-form-urlencoded',
    )
  }
  return readBody(request).then(parse)
}

function parse(text: string): Params {
  const parsed = parseParameters(text)
  if (!parsed.ok) throw invalidRequest(parsed.reason)
  return parsed.params
}
