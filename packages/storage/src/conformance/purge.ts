import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { after, type Change } from '@grantd/domain'
import { refuse, suiteOn, write } from './harness.ts'
import {
  aCode,
  aFamily,
  aLogoutDelivery,
  anInitialAccessToken,
  aRefreshToken,
  aSession,
  aSetupLink,
  aThrottle,
  aToken,
  BEFORE,
  LATER,
  NOW,
  unique,
} from './samples.ts'
import type { ConformanceTarget } from './suite.ts'

const DAY = 86_400

/** Expired rows go in bounded steps; what still means something stays. */
export function purgeSuite(target: ConformanceTarget): void {
  suiteOn(target, 'purge', (storage) => {
    beforeEach(async () => {
      await storage().purgeExpired(after(LATER, 2 * DAY), 100_000)
    })

    test('what has ended goes, what lives stays', async () => {
      const [mark, liveMark] = [unique('jti'), unique('jti')]
      const gone = rows(after(NOW, -2 * DAY), mark)
      const live = rows(LATER, liveMark)
      await write(storage(), ...gone.changes, ...live.changes)
      const expected = await storage().countExpired(NOW)
      assert.deepEqual(sumOf(expected), 10)
      assert.deepEqual([expected.tokens, expected.families, expected.usedOnce], [1, 1, 1])
      assert.deepEqual(await gone.found(storage()), Array(8).fill(true), 'counting deletes nothing')
      assert.equal(await storage().purgeExpired(NOW, 1_000), 10)
      assert.equal(sumOf(await storage().countExpired(NOW)), 0)
      assert.deepEqual(await gone.found(storage()), Array(8).fill(false))
      assert.deepEqual(await live.found(storage()), Array(8).fill(true))
      await write(storage(), use(mark, LATER))
      await refuse(storage(), 0, use(liveMark, LATER))
      assert.equal(await storage().purgeExpired(NOW, 1_000), 0)
    })

    test('a row that ends this very second stays', async () => {
      const token = aToken({ expiresAt: NOW })
      await write(storage(), { kind: 'token.insert', token })
      assert.equal(await storage().purgeExpired(NOW, 1_000), 0)
      assert.equal(await storage().purgeExpired(after(NOW, 1), 1_000), 1)
    })

    test('a used code is kept a day, so that its replay still revokes the family', async () => {
      const code = aCode({ expiresAt: BEFORE, usedAt: BEFORE })
      await write(storage(), { kind: 'code.insert', code })
      assert.equal((await storage().countExpired(after(BEFORE, DAY))).codes, 0)
      assert.equal(await storage().purgeExpired(after(BEFORE, DAY), 1_000), 0)
      assert.equal((await storage().countExpired(after(BEFORE, DAY + 1))).codes, 1)
      assert.equal(await storage().purgeExpired(after(BEFORE, DAY + 1), 1_000), 1)
    })

    test('used codes go in bounded steps too, a day after they expired', async () => {
      const codes = Array.from({ length: 1_300 }, (_, n) =>
        aCode({ expiresAt: BEFORE, ...(n % 2 === 0 && { usedAt: BEFORE }) }),
      )
      await write(storage(), ...codes.map((code) => ({ kind: 'code.insert', code }) as const))
      const counts: number[] = []
      do counts.push(await storage().purgeExpired(after(BEFORE, DAY + 1), 500))
      while ((counts.at(-1) ?? 0) >= 500)
      assert.deepEqual(counts, [500, 500, 300])
    })

    test('a family stays as long as one of its tokens lives', async () => {
      const family = aFamily({ expiresAt: BEFORE })
      const token = aToken({ familyId: family.id })
      await write(storage(), { kind: 'family.insert', family }, { kind: 'token.insert', token })
      assert.equal(sumOf(await storage().countExpired(NOW)), 0)
      assert.equal(await storage().purgeExpired(NOW, 1_000), 0)
      assert.ok(await storage().families.find(family.id))
      assert.equal((await storage().countExpired(after(LATER, 1))).families, 1)
      assert.equal(await storage().purgeExpired(after(LATER, 1), 1_000), 2)
      assert.equal(await storage().families.find(family.id), undefined)
    })

    test('the limit holds, long-lived rows in between do not stop it, and repeating ends it', async () => {
      const expired = Array.from({ length: 60 }, () => aToken({ expiresAt: BEFORE }))
      const live = Array.from({ length: 60 }, () => aToken())
      const mixed = expired.flatMap((token, n) => [live[n] ?? token, token])
      await write(storage(), ...mixed.map((token) => ({ kind: 'token.insert', token }) as const))
      const counts = []
      for (let i = 0; i < 20; i++) counts.push(await storage().purgeExpired(NOW, 7))
      assert.ok(counts.every((count) => count <= 7))
      assert.equal(
        counts.reduce((sum, count) => sum + count),
        60,
      )
      for (const { id } of live) assert.ok(await storage().tokens.find(id))
    })

    test('writers go on during a purge', async () => {
      const expired = Array.from({ length: 3_000 }, () => aToken({ expiresAt: BEFORE }))
      await write(storage(), ...expired.map((token) => ({ kind: 'token.insert', token }) as const))
      assert.equal((await storage().countExpired(NOW)).tokens, 3_000)
      const purge = storage().purgeExpired(NOW, 10_000)
      const tokens = Array.from({ length: 50 }, () => aToken())
      await Promise.all(tokens.map((token) => write(storage(), { kind: 'token.insert', token })))
      assert.equal(await purge, 3_000)
      for (const { id } of tokens) assert.ok(await storage().tokens.find(id))
    })
  })
}

const sumOf = (counts: Readonly<Record<string, number>>) =>
  Object.values(counts).reduce((sum, count) => sum + count, 0)

const use = (id: string, expiresAt: typeof NOW) =>
  ({ kind: 'once.use', purpose: 'purge', id, expiresAt }) as const

/** One row of each kind that ends; a refresh token is found through its family. */
function rows(expiresAt: typeof NOW, mark: string) {
  const token = aToken({ expiresAt })
  const family = aFamily({ expiresAt })
  const refreshToken = aRefreshToken({ expiresAt, familyId: family.id })
  const code = aCode({ expiresAt })
  const session = aSession({ expiresAt })
  const initial = anInitialAccessToken({ expiresAt })
  const link = aSetupLink({ expiresAt })
  const throttle = aThrottle({ expiresAt })
  const delivery = aLogoutDelivery({ expiresAt })
  const changes: readonly Change[] = [
    { kind: 'token.insert', token },
    { kind: 'family.insert', family },
    { kind: 'refresh.insert', refreshToken },
    { kind: 'code.insert', code },
    { kind: 'session.insert', session },
    { kind: 'initialAccessToken.insert', token: initial },
    { kind: 'setupLink.insert', link },
    { kind: 'throttle.put', throttle, seen: 0 },
    { kind: 'logoutDelivery.insert', delivery },
    use(mark, expiresAt),
  ]
  return {
    changes,
    found: async (storage: Parameters<typeof write>[0]) =>
      (
        await Promise.all([
          storage.tokens.find(token.id),
          storage.families.find(family.id),
          storage.refreshTokens.find(refreshToken.id),
          storage.codes.find(code.id),
          storage.sessions.find(session.id),
          storage.initialAccessTokens.find(initial.id),
          storage.setupLinks.find(link.id),
          storage.throttles.find(throttle.key),
        ])
      ).map((value) => value !== undefined),
  }
}
