// RFC 6749 §4.1.2 and RFC 9700 §4.14.2 across processes: two real servers on one SQLite file.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  addClient,
  addCodes,
  addRefreshTokens,
  addUsers,
  type ClientKeys,
  REDIRECT,
  VERIFIER,
  withStorage,
} from './prepare.ts'
import { freePort, ServerProcess, Site } from './server-process.ts'
import { type Answer, member, Wire } from './wire.ts'

const CODES = Number(process.env.GRANTD_RACE_CODES ?? 10_000)
const RACERS = 8
const REFRESH_TOKENS = Number(process.env.GRANTD_RACE_REFRESH_TOKENS ?? 2_000)
const REFRESH_RACERS = 4
/** Races that run side by side, so that the writers of both processes always have something to fight over. */
const LANES = 6

/** Starts one request per racer at once, spread over all servers. */
type Race = (body: Readonly<Record<string, string>>) => Promise<Answer[]>

async function onTwoServers(
  prepare: (site: Site) => Promise<{ readonly bodies: readonly Record<string, string>[] }>,
  racers: number,
  judge: (answers: readonly Answer[]) => void,
): Promise<{ readonly requests: number; readonly seconds: number }> {
  using site = await Site.create({ OAUTH2_JANITOR_INTERVAL_SECS: '0' })
  await using first = await ServerProcess.start(site)
  await using second = await ServerProcess.start(site, { port: await freePort() })
  const { bodies } = await prepare(site)
  const startedAt = performance.now()
  const left = bodies.values()
  async function lane(): Promise<void> {
    const wires = [first, second].map(({ port }) => new Wire(port, Math.ceil(racers / 2)))
    const race: Race = (body) =>
      Promise.all(
        Array.from({ length: racers }, async (_, number) => {
          const wire = wires[number % wires.length]
          assert.ok(wire)
          return wire.form('/oauth/token', body)
        }),
      )
    for (const body of left) judge(await race(body))
    for (const wire of wires) wire.close()
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  const seconds = (performance.now() - startedAt) / 1_000
  await Promise.all([first.stop(), second.stop()])
  return { requests: bodies.length * racers, seconds }
}

/** Every answer that is no success must say `invalid_grant`; anything else is told by its text. */
function successes(answers: readonly Answer[]): Answer[] {
  const won: Answer[] = []
  for (const answer of answers) {
    if (answer.status === 200) won.push(answer)
    else {
      assert.equal(answer.status, 400, `${answer.status} ${answer.text}`)
      assert.equal(member(answer, 'error'), 'invalid_grant', answer.text)
    }
  }
  return won
}

const credentials = (client: ClientKeys) => ({
  client_id: client.id,
  client_secret: client.secret,
})

describe('two servers on one SQLite file', () => {
  test('T52 RFC 6749 §4.1.2: of all racers for a code exactly one gets tokens', async (t) => {
    const { requests, seconds } = await onTwoServers(
      async (site) => {
        let client: ClientKeys = { id: '', secret: '' }
        const codes = await withStorage(site, async (storage) => {
          client = await addClient(storage, 'racer')
          const [user] = await addUsers(storage, ['ada'])
          assert.ok(user)
          return addCodes(storage, client, user, CODES)
        })
        const bodies = codes.map((code) => ({
          grant_type: 'authorization_code',
          code,
          redirect_uri: REDIRECT,
          code_verifier: VERIFIER,
          ...credentials(client),
        }))
        return { bodies }
      },
      RACERS,
      (answers) => assert.equal(successes(answers).length, 1),
    )
    t.diagnostic(
      `${CODES} codes x ${RACERS} racers: one winner each, in ${seconds.toFixed(1)} s, ` +
        `${Math.round(requests / seconds)} requests/s; bound ${3 / CODES} per code`,
    )
  })

  test('T65 RFC 9700 §4.14.2: all successes of a refresh token name one successor', async (t) => {
    const wins = new Map<number, number>()
    const { requests, seconds } = await onTwoServers(
      async (site) => {
        let client: ClientKeys = { id: '', secret: '' }
        const tokens = await withStorage(site, async (storage) => {
          client = await addClient(storage, 'racer')
          const [user] = await addUsers(storage, ['ada'])
          assert.ok(user)
          return addRefreshTokens(storage, client, user, REFRESH_TOKENS)
        })
        const bodies = tokens.map((token) => ({
          grant_type: 'refresh_token',
          refresh_token: token,
          ...credentials(client),
        }))
        return { bodies }
      },
      REFRESH_RACERS,
      (answers) => {
        const won = successes(answers)
        const successors = new Set(won.map((answer) => member(answer, 'refresh_token')))
        assert.equal(successors.size, 1)
        assert.ok(!successors.has(undefined))
        wins.set(won.length, (wins.get(won.length) ?? 0) + 1)
      },
    )
    const spread = [...wins].map(([count, tokens]) => `${tokens} with ${count}`).join(', ')
    t.diagnostic(
      `${REFRESH_TOKENS} refresh tokens x ${REFRESH_RACERS} racers: one successor each ` +
        `(successes: ${spread}), in ${seconds.toFixed(1)} s, ` +
        `${Math.round(requests / seconds)} requests/s; bound ${3 / REFRESH_TOKENS} per token`,
    )
  })
})
