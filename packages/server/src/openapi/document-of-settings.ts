import { ENDPOINTS, READY } from '@grantd/oauth'
import type { Mode } from '../config/mode.ts'
import type { Settings } from '../config/settings.ts'
import { DEV_MAIL } from '../mail/dev-mailbox.ts'
import { METRICS } from '../metrics/metrics-endpoint.ts'
import { Readers } from '../metrics/readers.ts'
import { toOAuthSettings } from '../oauth-settings.ts'
import { describedApiDocs } from './api-docs-endpoints.ts'
import { type DescribedEndpoint, openApiDocument } from './document.ts'
import type { JsonObject } from './named-parts.ts'

/** The document that a server with these settings serves, without one. */
export function documentOf(settings: Settings, mode: Mode): JsonObject {
  const mailIsOn = mode === 'dev' || settings.mail.smtp_url !== undefined
  return openApiDocument(describedEndpoints(settings, mode), {
    oauth: { ...toOAuthSettings(settings, mode, settings.server.port), mailIsOn },
    isLimited: settings.rate_limit.enabled,
  })
}

/** What the listener mounts (listener.ts), without what answers. */
function describedEndpoints(settings: Settings, mode: Mode): readonly DescribedEndpoint[] {
  const hasMetrics = settings.metrics.enabled && new Readers(settings).exist
  const hasMailbox = mode === 'dev' && settings.mail.smtp_url === undefined
  return [
    ...ENDPOINTS,
    READY,
    ...(hasMetrics ? [METRICS] : []),
    ...(hasMailbox ? [DEV_MAIL] : []),
    ...describedApiDocs(settings.api_docs),
  ]
}
