import type { AccessToken, Client, ClientId } from '@grantd/domain'
import { isServed } from '../denylist/standing.ts'
import type { EventRecorder } from '../events/recorder.ts'
import type { Services } from '../services.ts'
import { aboutToken, findLiveToken } from './access-token.ts'

export interface LiveToken {
  readonly token: AccessToken
  readonly client: Client
  /** Of the person the token speaks for; a service's token has none. */
  readonly username: string | undefined
}

/** What finding a token takes. */
export type TokenLookup = Pick<
  Services,
  'storage' | 'clock' | 'clients' | 'clientCache' | 'denylist'
> & {
  readonly events: Pick<EventRecorder, 'tell'>
}

/** The token and its client when both are live; `undefined` otherwise, with no reason given. */
export async function findTokenWithClient(
  text: string,
  services: TokenLookup,
): Promise<LiveToken | undefined> {
  const found = await findLiveToken(text, services)
  if (found === undefined) return undefined
  const { token, username } = found.status
  const id: ClientId = token.clientId
  const client = services.clientCache.find(id) ?? (await services.clients.for(id).find({ id }))
  if (!isServed(client, services)) return undefined
  if (token.userId !== undefined && services.denylist.deniesUserId(token.userId)) return undefined
  if (token.issuedAt < client.tokensValidFrom) return undefined
  services.events.tell(aboutToken('token_validated', token))
  return { token, client, username }
}
