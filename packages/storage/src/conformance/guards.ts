import { after, type Change } from '@grantd/domain'
import { outboxGuards } from './guards-outbox.ts'
import {
  aClient,
  aCode,
  aConsent,
  aFamily,
  aKey,
  aLogoutDelivery,
  anInitialAccessToken,
  aRefreshToken,
  aSession,
  aSetupLink,
  aThrottle,
  aUser,
  BEFORE,
  LATER,
  NOW,
  unique,
} from './samples.ts'
import { aPasskey, aRecoveryCode, aTicket, aTotpSeed } from './samples-people.ts'

/** A change that only so many callers may win, with what must be stored before the race. */
export interface GuardCase {
  readonly kind: Change['kind']
  readonly winners: number
  readonly prepare: readonly Change[]
  /** The change of the `n`th racer. */
  readonly race: (n: number) => Change
}

/** One case for every guard of the port, on fresh samples. */
export function guardCases(): readonly GuardCase[] {
  return [
    ...accountGuards(),
    ...grantGuards(),
    ...oneTimeGuards(),
    ...peopleGuards(),
    ...outboxGuards(),
  ]
}

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
    lost([], { kind: 'totp.accept', userId: aTotpSeed().userId, step: 9 }),
  ]
}

function accountGuards(): readonly GuardCase[] {
  const client = aClient()
  const doomed = aClient()
  const user = aUser()
  const session = aSession()
  const consent = aConsent()
  const delivery = aLogoutDelivery()
  const key = aKey({ state: 'next' })
  return [
    {
      kind: 'client.update',
      winners: 1,
      prepare: [{ kind: 'client.insert', client }],
      race: (n) => ({ kind: 'client.update', client: { ...client, name: `n${n}`, version: 2 } }),
    },
    {
      kind: 'client.delete',
      winners: 1,
      prepare: [{ kind: 'client.insert', client: doomed }],
      race: () => ({ kind: 'client.delete', clientId: doomed.id }),
    },
    {
      kind: 'user.update',
      winners: 1,
      prepare: [{ kind: 'user.insert', user }],
      race: () => ({ kind: 'user.update', user: { ...user, isEnabled: false, version: 2 } }),
    },
    {
      kind: 'session.revoke',
      winners: 1,
      prepare: [{ kind: 'session.insert', session }],
      race: (n) => ({ kind: 'session.revoke', id: session.id, at: after(NOW, n) }),
    },
    {
      kind: 'logoutDelivery.claim',
      winners: 1,
      prepare: [{ kind: 'logoutDelivery.insert', delivery }],
      race: (n) => ({
        kind: 'logoutDelivery.claim',
        id: delivery.id,
        attempts: 0,
        nextAttemptAt: after(NOW, n),
      }),
    },
    {
      kind: 'consent.delete',
      winners: 1,
      prepare: [{ kind: 'consent.put', consent }],
      race: () => ({ kind: 'consent.delete', id: consent.id }),
    },
    {
      kind: 'key.transition',
      winners: 1,
      prepare: [{ kind: 'key.insert', key }],
      race: () => ({
        kind: 'key.transition',
        kid: key.kid,
        from: 'next',
        to: 'active',
        at: NOW,
      }),
    },
  ]
}

function grantGuards(): readonly GuardCase[] {
  const code = aCode()
  const burnt = aCode()
  const refreshToken = aRefreshToken()
  const rotated = aRefreshToken({ usedAt: NOW, successorSealed: 'sealed' })
  return [
    {
      kind: 'code.consume',
      winners: 1,
      prepare: [{ kind: 'code.insert', code }],
      race: () => ({ kind: 'code.consume', id: code.id, at: NOW }),
    },
    {
      kind: 'code.burn',
      winners: 1,
      prepare: [{ kind: 'code.insert', code: burnt }],
      // A burn and a redemption race for the same code: one of all of them wins.
      race: (n) => ({ kind: n % 2 === 0 ? 'code.burn' : 'code.consume', id: burnt.id, at: NOW }),
    },
    {
      kind: 'refresh.rotate',
      winners: 1,
      prepare: [{ kind: 'refresh.insert', refreshToken }],
      race: (n) => ({
        kind: 'refresh.rotate',
        id: refreshToken.id,
        at: NOW,
        successorSealed: `successor ${n}`,
      }),
    },
    {
      kind: 'refresh.useGrace',
      winners: 2,
      prepare: [{ kind: 'refresh.insert', refreshToken: rotated }],
      race: () => ({ kind: 'refresh.useGrace', id: rotated.id, usedSince: NOW, maxUses: 2 }),
    },
  ]
}

function oneTimeGuards(): readonly GuardCase[] {
  const token = anInitialAccessToken({ usesLeft: 3 })
  const link = aSetupLink()
  const mark = unique('jti')
  const fresh = aThrottle()
  const known = aThrottle({ failures: 4 })
  return [
    {
      kind: 'once.use',
      winners: 1,
      prepare: [],
      race: () => ({ kind: 'once.use', purpose: 'client assertion', id: mark, expiresAt: LATER }),
    },
    {
      kind: 'initialAccessToken.use',
      winners: 3,
      prepare: [{ kind: 'initialAccessToken.insert', token }],
      race: () => ({ kind: 'initialAccessToken.use', id: token.id, at: NOW }),
    },
    {
      kind: 'setupLink.use',
      winners: 1,
      prepare: [{ kind: 'setupLink.insert', link }],
      race: () => ({ kind: 'setupLink.use', id: link.id, at: NOW }),
    },
    {
      kind: 'throttle.put',
      winners: 1,
      prepare: [],
      race: () => ({ kind: 'throttle.put', throttle: { ...fresh, failures: 1 }, seen: 0 }),
    },
    {
      kind: 'throttle.put',
      winners: 1,
      prepare: [
        { kind: 'throttle.put', throttle: { ...known, failures: 0 }, seen: 0 },
        { kind: 'throttle.put', throttle: { ...known, failures: 4 }, seen: 0 },
      ],
      race: () => ({ kind: 'throttle.put', throttle: { ...known, failures: 5 }, seen: 4 }),
    },
  ]
}

function peopleGuards(): readonly GuardCase[] {
  const passkey = aPasskey()
  const seed = aTotpSeed()
  const code = aRecoveryCode()
  const ticket = aTicket()
  const fresh = aTotpSeed()
  return [
    {
      kind: 'passkey.used',
      winners: 1,
      prepare: [{ kind: 'passkey.insert', passkey }],
      race: (n) => ({
        kind: 'passkey.used',
        id: passkey.id,
        counterSeen: passkey.counter,
        counter: passkey.counter + 1 + n,
        isBackedUp: false,
        at: NOW,
      }),
    },
    {
      kind: 'totp.insert',
      winners: 1,
      prepare: [],
      race: (n) => ({ kind: 'totp.insert', seed: { ...fresh, seedSealed: `seed ${n}` } }),
    },
    {
      kind: 'totp.accept',
      winners: 1,
      prepare: [{ kind: 'totp.insert', seed }],
      race: () => ({ kind: 'totp.accept', userId: seed.userId, step: seed.lastStep + 1 }),
    },
    {
      kind: 'recoveryCode.use',
      winners: 1,
      prepare: [{ kind: 'recoveryCode.insert', code }],
      race: () => ({ kind: 'recoveryCode.use', id: code.id, at: NOW }),
    },
    {
      kind: 'ticket.use',
      winners: 1,
      prepare: [{ kind: 'ticket.insert', ticket }],
      race: () => ({ kind: 'ticket.use', id: ticket.id, purpose: ticket.purpose, at: NOW }),
    },
  ]
}
