import type { Change } from '@grantd/domain'
import type { GuardCase } from './guard-case.ts'
import {
  aClient,
  aCode,
  aFamily,
  anInitialAccessToken,
  aRefreshToken,
  aSession,
  aSetupLink,
  aThrottle,
  aUser,
  BEFORE,
  NOW,
} from './samples.ts'
import { anIdentity, aTicket, aTotpSeed } from './samples-people.ts'

/** A guard that every caller loses, on fresh samples. */
export function lostGuards(): readonly GuardCase[] {
  const revoked = aFamily({ revokedAt: BEFORE })
  const endedSession = aSession({ revokedAt: BEFORE })
  const expiredCode = aCode({ expiresAt: NOW })
  const expiredToken = anInitialAccessToken({ expiresAt: NOW })
  const expiredLink = aSetupLink({ expiresAt: NOW })
  const expiredTicket = aTicket({ expiresAt: NOW })
  const unusedRefresh = aRefreshToken()
  const longUsed = aRefreshToken({ usedAt: BEFORE, successorSealed: 'sealed' })
  const { id: absent } = aFamily()
  const linked = anIdentity()
  const disabledUser = aUser({ isEnabled: false })
  const disabled = aClient({ isEnabled: false })
  const lost = (prepare: readonly Change[], change: Change): GuardCase => ({
    kind: change.kind,
    winners: 0,
    prepare,
    race: () => change,
  })
  const grace = { kind: 'refresh.useGrace', usedSince: NOW, maxUses: 5 } as const
  return [
    lost([{ kind: 'family.insert', family: revoked }], {
      kind: 'family.requireLive',
      id: revoked.id,
    }),
    lost([], { kind: 'family.requireLive', id: absent }),
    lost([{ kind: 'session.insert', session: endedSession }], {
      kind: 'session.requireLive',
      id: endedSession.id,
    }),
    lost([], { kind: 'session.requireLive', id: aSession().id }),
    lost([], { kind: 'client.requireEnabled', id: aClient().id }),
    lost([{ kind: 'client.insert', client: disabled }], {
      kind: 'client.requireEnabled',
      id: disabled.id,
    }),
    lost([{ kind: 'code.insert', code: expiredCode }], {
      kind: 'code.consume',
      id: expiredCode.id,
      at: NOW,
    }),
    lost([{ kind: 'initialAccessToken.insert', token: expiredToken }], {
      kind: 'initialAccessToken.use',
      id: expiredToken.id,
      at: NOW,
    }),
    lost([{ kind: 'setupLink.insert', link: expiredLink }], {
      kind: 'setupLink.use',
      id: expiredLink.id,
      at: NOW,
    }),
    lost([{ kind: 'refresh.insert', refreshToken: unusedRefresh }], {
      ...grace,
      id: unusedRefresh.id,
    }),
    lost([{ kind: 'refresh.insert', refreshToken: longUsed }], { ...grace, id: longUsed.id }),
    lost([], { kind: 'throttle.put', throttle: aThrottle({ failures: 4 }), seen: 3 }),
    lost([], { kind: 'client.update', client: aClient({ version: 2 }) }),
    lost([], { kind: 'user.update', user: aUser({ version: 2 }) }),
    lost([], { kind: 'user.requireActive', id: aUser().id }),
    lost([{ kind: 'user.insert', user: disabledUser }], {
      kind: 'user.requireActive',
      id: disabledUser.id,
    }),
    lost([{ kind: 'ticket.insert', ticket: expiredTicket }], {
      kind: 'ticket.use',
      id: expiredTicket.id,
      purpose: expiredTicket.purpose,
      at: NOW,
    }),
    lost([{ kind: 'identity.insert', identity: linked }], {
      kind: 'identity.insert',
      identity: anIdentity({ provider: linked.provider, subject: linked.subject }),
    }),
    lost([], { kind: 'identity.delete', id: anIdentity().id, userId: linked.userId }),
    lost([], { kind: 'totp.accept', userId: aTotpSeed().userId, step: 9 }),
  ]
}
