// RFC 6749 §4.1.2 and RFC 9700 §4.14.2 across processes: two real servers on one SQLite file.

import { describe, type TestContext, test } from 'node:test'
import { freePort } from '@grantd/testkit/ports'
import { raceForCodes, raceForSuccessors, type Track } from './races.ts'
import { ServerProcess, Site } from './server-process.ts'

const CODES = Number(process.env.GRANTD_RACE_CODES ?? 10_000)
const REFRESH_TOKENS = Number(process.env.GRANTD_RACE_REFRESH_TOKENS ?? 2_000)

async function onTwoServers(
  t: TestContext,
  race: (track: Track, count: number) => Promise<string>,
  count: number,
): Promise<void> {
  using site = await Site.create({ OAUTH2_JANITOR_INTERVAL_SECS: '0' })
  await using first = await ServerProcess.start(site)
  await using second = await ServerProcess.start(site, { port: await freePort() })
  t.diagnostic(await race({ site, ports: [first.port, second.port] }, count))
  await Promise.all([first.stop(), second.stop()])
}

describe('two servers on one SQLite file', () => {
  test('T52 RFC 6749 §4.1.2: of all racers for a code exactly one gets tokens', (t) =>
    onTwoServers(t, raceForCodes, CODES))

  test('T65 RFC 9700 §4.14.2: all successes of a refresh token name one successor', (t) =>
    onTwoServers(t, raceForSuccessors, REFRESH_TOKENS))
})
