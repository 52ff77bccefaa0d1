import type { Change, Session, SessionId, TokenStatus } from '@grantd/domain'

/** The one tag of all clients: their caches ask the database which one it was. */
export const CLIENTS = 'clients'

/** What may end the token of a status. */
export function tagsOfStatus({ token }: TokenStatus): readonly string[] {
  return [
    `token ${token.id}`,
    `client ${token.clientId}`,
    ...(token.familyId === undefined ? [] : [`family ${token.familyId}`]),
    ...(token.userId === undefined ? [] : [`user ${token.userId}`]),
  ]
}

/** What may end or change a session. */
export function tagsOfSession({ id, userId }: Session): readonly string[] {
  return [`session ${id}`, `user ${userId}`]
}

export interface Effect {
  readonly tags: readonly string[]
  /** Sessions whose families end; which they are only the database knows. */
  readonly familiesOf: readonly SessionId[]
}

/** What a unit of work makes untrue; `undefined` for most, which only add rows. */
export function effectOf(
  changes: readonly Change[],
  keeps: { readonly sessions: boolean },
): Effect | undefined {
  const tags: string[] = []
  const familiesOf: SessionId[] = []
  for (const change of changes) {
    const tag = tagOf(change)
    if (tag !== undefined && (keeps.sessions || !tag.startsWith('session '))) tags.push(tag)
    if (change.kind === 'client.delete') tags.push(CLIENTS)
    if (change.kind === 'family.revokeBySession') familiesOf.push(change.sessionId)
  }
  return tags.length + familiesOf.length === 0 ? undefined : { tags, familiesOf }
}

function tagOf(change: Change): string | undefined {
  switch (change.kind) {
    case 'token.revoke':
      return `token ${change.id}`
    case 'family.revoke':
      return `family ${change.id}`
    case 'family.revokeByUser':
    case 'family.revokeByUserAndClient':
    case 'session.revokeByUser':
    case 'user.delete':
      return `user ${change.userId}`
    case 'user.update':
      return `user ${change.user.id}`
    case 'session.revoke':
    case 'session.touch':
      return `session ${change.id}`
    case 'client.delete':
      return `client ${change.clientId}`
    case 'client.update':
      return CLIENTS
    default:
      return undefined
  }
}
