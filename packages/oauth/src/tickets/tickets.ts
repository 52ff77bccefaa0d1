import {
  after,
  type Change,
  mintCredential,
  nowSeconds,
  parseCredential,
  type Seconds,
  sameHash,
  TICKET_PREFIX,
  type Ticket,
  type TicketId,
  type TicketPurpose,
  type User,
} from '@grantd/domain'
import type { Services } from '../services.ts'

/** How long each may wait to be spent. */
export const TICKET_LIFETIME: Readonly<Record<TicketPurpose, Seconds>> = {
  sign_up: 20 * 60,
  verify_email: 20 * 60,
  change_email: 20 * 60,
  reset_password: 20 * 60,
  second_factor: 10 * 60,
  upstream_second_factor: 10 * 60,
}

/** A ticket for its holder (`value`, never stored) and the change that stores it. */
export function issueTicket(
  purpose: TicketPurpose,
  about: { readonly user: User | undefined; readonly email: string | undefined },
  services: Pick<Services, 'ids' | 'clock' | 'random'>,
): { readonly value: string; readonly change: Change } {
  const at = nowSeconds(services.clock)
  const id = services.ids.next<TicketId>()
  const minted = mintCredential(TICKET_PREFIX[purpose], id, services.random)
  const ticket: Ticket = {
    id,
    secretHash: minted.secretHash,
    purpose,
    userId: about.user?.id,
    email: about.email,
    userVersion: about.user?.version ?? 0,
    createdAt: at,
    expiresAt: after(at, TICKET_LIFETIME[purpose]),
    usedAt: undefined,
  }
  return { value: minted.value, change: { kind: 'ticket.insert', ticket } }
}

/** The ticket behind `text`, if it can still be spent on `purpose`. Looking does not spend it. */
export async function findTicket(
  purpose: TicketPurpose,
  text: string | undefined,
  services: Pick<Services, 'storage' | 'clock'>,
): Promise<Ticket | undefined> {
  const presented =
    text === undefined ? undefined : parseCredential<TicketId>(TICKET_PREFIX[purpose], text)
  if (presented === undefined) return undefined
  const ticket = await services.storage.tickets.find(presented.id)
  if (ticket === undefined || !sameHash(ticket.secretHash, presented.secretHash)) return undefined
  const isLive = ticket.usedAt === undefined && nowSeconds(services.clock) < ticket.expiresAt
  return isLive && ticket.purpose === purpose ? ticket : undefined
}
