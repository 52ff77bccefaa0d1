// Owns: many callers who present one code, or one refresh token, at the same moment to several server
// processes on one database. Does not own: which processes (race.test.ts and others).
import assert from 'node:assert/strict'
import { addClient, addUsers, type ClientKeys, REDIRECT, VERIFIER, withStorage } from './prepare.ts'
import { addCodes, addRefreshTokens } from './prepare-grants.ts'
import type { Site } from './server-process.ts'
import { type Answer, member, Wire } from './wire.ts'

const CODE_RACERS = 8
const REFRESH_RACERS = 4
const LANES = 6

/** Where the race is run: a database, and the ports of the servers on it. */
export interface Track {
  readonly site: Site
  readonly ports: readonly number[]
  /** Races that run side by side; the more, the more all writers have to fight over. */
  readonly lanes?: number
}

type Body = Readonly<Record<string, string>>

/** RFC 6749 §4.1.2: of all racers for a code exactly one gets tokens. Resolves to a line for people. */
export async function raceForCodes(track: Track, count: number): Promise<string> {
  const bodies = await withStorage(track.site, async (storage) => {
    const client = await addClient(storage, 'code-racer')
    const [user] = await addUsers(storage, ['code-racer'])
    assert.ok(user)
    return (await addCodes(storage, client, user, count)).map((code) => ({
      grant_type: 'authorization_code',
      code,
      redirect_uri: REDIRECT,
      code_verifier: VERIFIER,
      ...credentials(client),
    }))
  })
  const speed = await race(track, bodies, CODE_RACERS, (answers) =>
    assert.equal(successes(answers).length, 1),
  )
  return `${count} codes x ${CODE_RACERS} racers: one winner each, ${speed}; bound ${3 / count} per code`
}

/** RFC 9700 §4.14.2: all successes of one refresh token name one successor. */
export async function raceForSuccessors(track: Track, count: number): Promise<string> {
  const bodies = await withStorage(track.site, async (storage) => {
    const client = await addClient(storage, 'refresh-racer')
    const [user] = await addUsers(storage, ['refresh-racer'])
    assert.ok(user)
    return (await addRefreshTokens(storage, client, user, count)).map((token) => ({
      grant_type: 'refresh_token',
      refresh_token: token,
      ...credentials(client),
    }))
  })
  const wins = new Map<number, number>()
  const speed = await race(track, bodies, REFRESH_RACERS, (answers) => {
    const won = successes(answers)
    const successors = new Set(won.map((answer) => member(answer, 'refresh_token')))
    assert.equal(successors.size, 1)
    assert.ok(!successors.has(undefined))
    wins.set(won.length, (wins.get(won.length) ?? 0) + 1)
  })
  const spread = [...wins].map(([number, tokens]) => `${tokens} with ${number}`).join(', ')
  return (
    `${count} refresh tokens x ${REFRESH_RACERS} racers: one successor each ` +
    `(successes: ${spread}), ${speed}; bound ${3 / count} per token`
  )
}

/** One request per racer at once, over connections of their own to all servers; then the next body. */
async function race(
  { ports, lanes = LANES }: Track,
  bodies: readonly Body[],
  racers: number,
  judge: (answers: readonly Answer[]) => void,
): Promise<string> {
  const startedAt = performance.now()
  const left = bodies.values()
  async function lane(): Promise<void> {
    const wires = ports.map((port) => new Wire(port, Math.ceil(racers / ports.length)))
    const ask = (body: Body, number: number): Promise<Answer> => {
      const wire = wires[number % wires.length]
      assert.ok(wire)
      return wire.form('/oauth/token', body)
    }
    for (const body of left) {
      judge(await Promise.all(Array.from({ length: racers }, (_, number) => ask(body, number))))
    }
    for (const wire of wires) wire.close()
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  const seconds = (performance.now() - startedAt) / 1_000
  const rate = Math.round((bodies.length * racers) / seconds)
  return `in ${seconds.toFixed(1)} s, ${rate} requests/s`
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
