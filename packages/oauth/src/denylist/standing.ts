import type { Client, User } from '@grantd/domain'
import type { Services } from '../services.ts'

type Ports = Pick<Services, 'denylist'>

/** Whether the account may be used at all: it is there, not locked, and not on the denylist. */
export function isInGoodStanding(user: User | undefined, { denylist }: Ports): user is User {
  return user?.isEnabled === true && !denylist.deniesUser(user)
}

/** The same for a client. */
export function isServed(client: Client | undefined, { denylist }: Ports): client is Client {
  return client?.isEnabled === true && !denylist.deniesClient(client.id)
}
