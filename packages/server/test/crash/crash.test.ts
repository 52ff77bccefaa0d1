// Acknowledged means durable: a real server is killed by SIGKILL again and again under mixed load.
// GRANTD_CRASH_CYCLES is how often in all; docs/durability.md says what this shows and what not.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CrashRun } from './crash-run.ts'
import { killsOfSite } from './kills.ts'

const KILLS = Number(process.env.GRANTD_CRASH_CYCLES ?? 200)
const KILLS_PER_SITE = 20
const SIDE_BY_SIDE = 2

/** Databases take turns in how tokens look and in whether a spent refresh token has a grace time. */
const envOfSite = (site: number) => ({
  OAUTH2_ACCESS_TOKENS_OPAQUE: String(site % 2 === 1),
  OAUTH2_REFRESH_TOKEN_GRACE_SECS: site % 4 < 2 ? '10' : '0',
  OAUTH2_AUTHORIZATION_CODE_TTL_SECS: '600',
  OAUTH2_LOGIN_RATE_LIMIT_MAX_ATTEMPTS: '1000',
})

test(`T66 ${KILLS} kills lose nothing acknowledged and revive nothing ended`, async (t) => {
  const sites = Array.from({ length: Math.ceil(KILLS / KILLS_PER_SITE) }, (_, site) => site)
  const left = sites.values()
  const runs: CrashRun[] = []
  const startedAt = performance.now()
  async function lane(): Promise<void> {
    for (const site of left) {
      const run = new CrashRun({ env: envOfSite(site) })
      runs.push(run)
      const kills = Math.min(KILLS_PER_SITE, KILLS - site * KILLS_PER_SITE)
      await run.run(killsOfSite(site, kills))
    }
  }
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, lane))

  assert.deepEqual(
    runs.flatMap(({ journal }) => journal.findings),
    [],
  )
  const struck = new Map<string, number>()
  for (const run of runs) {
    for (const [name, times] of run.struck) struck.set(name, (struck.get(name) ?? 0) + times)
  }
  const sum = (of: (run: CrashRun) => number) => runs.reduce((total, run) => total + of(run), 0)
  const kills = sum((run) => [...run.struck.values()].reduce((a, b) => a + b, 0))
  assert.equal(kills, KILLS)
  const checkpointsCut = sum((run) => run.checkpointsCut)
  if (struck.has('in-checkpoint')) assert.ok(checkpointsCut > 0, 'no checkpoint was cut in half')
  const acknowledged = sum(({ journal }) => journal.acknowledged)
  assert.ok(acknowledged > KILLS, `only ${acknowledged} acknowledgements: there was no load`)
  t.diagnostic(
    `${kills} kills in ${((performance.now() - startedAt) / 1_000).toFixed(0)} s; ` +
      `${acknowledged} acknowledged, ${sum(({ journal }) => journal.unanswered)} cut off; ` +
      [...struck].map(([name, times]) => `${name} ${times}`).join(', ') +
      ` (checkpoints left half done: ${checkpointsCut})`,
  )
})
