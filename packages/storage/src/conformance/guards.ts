import { after } from '@grantd/domain'
import type { GuardCase } from './guard-case.ts'
import { outboxGuards } from './guards-outbox.ts'
import { peopleGuards } from './guards-people.ts'
import {
  aClient,
  aCode,
  aConsent,
  aKey,
  aLogoutDelivery,
  anInitialAccessToken,
  aRefreshToken,
  aSession,
  aSetupLink,
  aThrottle,
  aUser,
  LATER,
  NOW,
  unique,
} from './samples.ts'

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
