import type { Session } from '@grantd/domain'
import type { Services } from '../services.ts'

/**
 * The addresses a browser opens in frames so that clients forget the session (OIDC Front-Channel
 * Logout §3): one for each client with an ID token of it, with `iss` and `sid`.
 */
export async function frontChannelUrls(
  session: Session,
  services: Services,
): Promise<readonly string[]> {
  const urls = new Set<string>()
  for (const { clientId, openid } of await services.storage.families.listBySession(session.id)) {
    if (openid.sid === undefined) continue
    const client = await services.clients.for(clientId).find({ id: clientId })
    const uri = client?.metadata.frontchannel_logout_uri
    if (uri === undefined || client?.isEnabled !== true) continue
    const url = new URL(uri)
    url.searchParams.set('iss', services.settings.issuer)
    url.searchParams.set('sid', openid.sid)
    urls.add(url.href)
  }
  return [...urls]
}
