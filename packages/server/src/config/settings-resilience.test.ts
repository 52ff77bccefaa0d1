import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { load, onlyProblem } from './load-fixture.ts'
import { bulkheadOf } from './shapes-resilience.ts'

describe('bulkheads', () => {
  test('are objects in a file and texts elsewhere, 200 each unless they say so', () => {
    const conf =
      'resilience.bulkheads = [{ name = login, path_prefix = "/auth/", max_concurrent = 50 }, { name = x, path_prefix = "/x" }]'
    const env = { OAUTH2_RESILIENCE_BULKHEADS: 'login=/auth/:50, x=/x' }
    for (const from of [{ conf }, { env }]) {
      assert.deepEqual(
        load({ mode: 'dev', ...from }).settings.resilience.bulkheads.map(bulkheadOf),
        [
          { name: 'login', pathPrefix: '/auth/', maxConcurrent: 50 },
          { name: 'x', pathPrefix: '/x', maxConcurrent: 200 },
        ],
      )
    }
  })

  for (const wrong of ['login', 'login=auth', 'login=/auth:0', 'lo gin=/x', '=/x:1', 'a=/x:-1']) {
    test(`"${wrong}" is refused with an example`, () => {
      const conf = `resilience.bulkheads = ["${wrong}"]`
      assert.match(onlyProblem({ conf }).fix, /=\/|1 or more/)
    })
  }

  test('a field that is not known is refused', () => {
    const conf = 'resilience.bulkheads = [{ name = a, path_prefix = "/x", max = 3 }]'
    assert.equal(onlyProblem({ conf }).code, 'E_CONFIG_TYPE')
  })
})
