// Every operation of the OpenAPI document, met by requests made of good ones, spoilt in a few places, and
// judged by that document: the short, repeatable run.
// The long one, over real connections, is `scripts/fuzz.ts`.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { type Cast, makeCast, type Send } from '../fuzz/cast.ts'
import { EVERYTHING_ON, INGEST } from '../fuzz/everything-on.ts'
import { judge } from '../fuzz/judge.ts'
import { operationsOf } from '../fuzz/operations.ts'
import { watchReads } from '../fuzz/read-names.ts'
import { requests } from '../fuzz/requests.ts'
import { MEMBERS, PARAMETERS } from '../fuzz/vocabulary.ts'
import { Documented } from '../support/documented.ts'
import { APP } from '../support/flow.ts'
import { ISSUER, injectedTarget, PASSWORD, REDIRECT, TestServer } from '../support/server.ts'

const RUNS = 2_000
const SEED = 20_260_101

let server: TestServer
let cast: Cast
let documented: Documented
const faults: string[] = []
/** Watched from before the server is made. */
const reads = watchReads()

const send: Send = async ({ method, target, headers, body }) => {
  const startedAt = performance.now()
  const reply = await server.inject({
    method: method as 'GET', // a PATCH is what nobody has
    url: target,
    headers: Object.fromEntries(headers),
    ...(body !== undefined && { payload: body }),
  })
  const { statusCode: status, body: text } = reply
  return { status, headers: reply.headers as never, body: text, ms: performance.now() - startedAt }
}

before(async () => {
  const log = {
    debug() {},
    info() {},
    warn() {},
    error: (f: object, m: string) => void faults.push(`${m} ${JSON.stringify(f)}`),
  }
  server = await TestServer.start(EVERYTHING_ON, log)
  const document = await server.inject({ url: '/api-docs/openapi.json' })
  documented = new Documented(document.json())
  await server.addUser()
  const { id: publicId } = await server.addClient(APP)
  const confidential = await server.addClient({
    ...APP,
    token_endpoint_auth_method: 'client_secret_post',
  })
  const known = {
    origin: ISSUER,
    publicId,
    confidential,
    redirectUri: REDIRECT,
    ingestToken: INGEST,
  }
  cast = await makeCast(send, { ...known, username: 'ada', password: PASSWORD })
})
// Where no test of this file is chosen by name, nothing was started.
after(() => server?.[Symbol.asyncDispose]())

describe('spoilt requests', () => {
  test('are made of every name that the features read', () => {
    for (const name of ['redirect_uri', 'csrf', 'claims', 'client_assertion', 'resource', 'ticket'])
      assert.ok(PARAMETERS.includes(name), name)
    for (const name of ['redirect_uris', 'jwks_uri', 'backchannel_logout_uri', 'client_name'])
      assert.ok(MEMBERS.includes(name), name)
    assert.ok(operationsOf(documented.document).length > 70)
  })

  test('T225 T226 get an answer that the protocols foresee, and no fault is logged', async () => {
    await fc.assert(
      fc.asyncProperty(requests(cast, documented.document), async (request) => {
        const arrived = { ...request, target: injectedTarget(request.target) }
        judge(arrived, await send(request), cast, documented)
        assert.deepEqual(faults, [])
      }),
      { numRuns: RUNS, seed: SEED, endOnFailure: true },
    )
    const reply = await server.inject({ url: '/health' })
    assert.equal(reply.statusCode, 200)
  })

  test('were made of what the endpoints read: the document names every parameter', () => {
    const documentedNames = new Set(
      operationsOf(documented.document).flatMap(({ id, fields }) =>
        Object.keys(fields).map((name) => `${id} ${name}`),
      ),
    )
    assert.ok(reads.size > 60, `${reads.size} reads were seen`)
    const unknown = [...reads].filter((read) => !documentedNames.has(read))
    assert.deepEqual(unknown.toSorted(), [])
  })
})
