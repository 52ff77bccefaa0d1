// Owns: which fields of a log line may hold text. A field that is missing here is shown without its value.
import { PREFIX } from '@grantd/domain'
import { ambientOrigin } from '@grantd/oauth'
import { createScrub, createShow } from '@grantd/telemetry'
import { TracedOrigin } from './tracing/traced-origin.ts'

/** Ids, names and reasons of this program; never what proves anything, never what somebody typed. */
export const LISTED: ReadonlySet<string> = new Set([
  // who and what
  'actor',
  'backend',
  'client',
  'client_id',
  'code',
  'family',
  'key',
  'last_ip',
  'mail',
  'path',
  'problem',
  'protocol',
  'provider',
  'redirect_uri',
  'request_id',
  'rule',
  'signal',
  'span_id',
  'topic',
  'trace_id',
  'type',
  'types',
  'uri',
  'user',
  'what',
  // what happened
  'event',
  'hint',
  'reason',
  'until',
  'why',
  // with OAUTH2_DEBUG_CONFIG; secrets are masked in it
  'config',
])

export const scrub = createScrub(Object.values(PREFIX))
const show = createShow(LISTED, scrub)

/** The fields of one line: what was said, and the request and span that it was said in. */
export function shownFields(fields: object): Record<string, unknown> {
  const origin = ambientOrigin.getStore()
  if (origin === undefined) return show(fields)
  const about: Record<string, unknown> = { request_id: origin.correlationId }
  if (origin instanceof TracedOrigin) {
    about.trace_id = origin.span.traceId
    if (origin.span.isRecorded) about.span_id = origin.span.spanId
  }
  return show({ ...about, ...fields })
}
