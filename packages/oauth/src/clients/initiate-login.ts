import type { Client } from '@grantd/domain'
import { isServed } from '../denylist/standing.ts'
import type { WayBack } from '../pages.ts'
import type { Services } from '../services.ts'
import { clientWords } from './client-words.ts'

/**
 * Where an app begins a sign-in that it did not ask for (OIDC Core §4), with `iss`; absent when it
 * registered no such address. Only the app can begin: its `state` and `nonce` are its own.
 */
export function initiateLoginUrl(
  client: Client | undefined,
  services: Pick<Services, 'settings' | 'denylist'>,
): string | undefined {
  const uri = client?.metadata.initiate_login_uri
  if (uri === undefined || !isServed(client, services)) return undefined
  const url = new URL(uri)
  url.searchParams.set('iss', services.settings.issuer)
  return url.href
}

/** The same as the way on of a page, for apps that an operator vouches for. */
export function wayBackTo(
  client: Client | undefined,
  language: string,
  services: Pick<Services, 'settings' | 'denylist'>,
): WayBack | undefined {
  if (client?.registeredBy !== 'operator') return undefined
  const href = initiateLoginUrl(client, services)
  return href === undefined
    ? undefined
    : { href, clientName: clientWords(client, language).clientName }
}
