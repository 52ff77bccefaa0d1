import type { Client, ClientId, TokenStatus } from '@grantd/domain'
import type { Services } from '../services.ts'
import { findLiveToken } from './access-token.ts'

/** The token and its client when both are live; `undefined` otherwise, with no reason given. */
export async function findTokenWithClient(
  text: string,
  services: Pick<Services, 'storage' | 'clock' | 'clients' | 'clientCache'>,
): Promise<{ readonly token: TokenStatus['token']; readonly client: Client } | undefined> {
  const found = await findLiveToken(text, services)
  if (found === undefined) return undefined
  const { token } = found.status
  const id: ClientId = token.clientId
  const client = services.clientCache.find(id) ?? (await services.clients.for(id).find({ id }))
  if (client === undefined || !client.isEnabled) return undefined
  return token.issuedAt < client.tokensValidFrom ? undefined : { token, client }
}
