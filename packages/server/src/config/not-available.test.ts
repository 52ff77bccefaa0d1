import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { onlyProblem } from './load-fixture.ts'
import { NOT_AVAILABLE } from './not-available.ts'

describe('settings of the contract that this version does not have are refused by name', () => {
  for (const name of NOT_AVAILABLE.flatMap((entry) => entry.env ?? [])) {
    test(`variable ${name}`, () => {
      const problem = onlyProblem({ env: { [name]: 'x' } })
      assert.deepEqual(
        [problem.code, problem.key, problem.value],
        ['E_CONFIG_NOT_AVAILABLE', name, undefined],
      )
      assert.match(problem.fix, new RegExp(`unset ${name}`))
    })
  }

  for (const key of NOT_AVAILABLE.flatMap((entry) => entry.key ?? [])) {
    test(`key ${key}`, () => {
      const problem = onlyProblem({ conf: `${key} = x` })
      assert.deepEqual([problem.code, problem.key], ['E_CONFIG_NOT_AVAILABLE', key])
      assert.match(problem.fix, new RegExp(`remove ${key}`))
    })
  }

  // By hand from the contract: a line lost from the list must not turn into "did you mean".
  const BELOW = ['jwt.stateless_validation', 'jwt.stateless_validation.of.access_tokens']
  for (const key of BELOW) {
    test(`key ${key}`, () =>
      assert.equal(onlyProblem({ conf: `${key} = 1` }).code, 'E_CONFIG_NOT_AVAILABLE'))
  }

  test('a list of objects below such a section is one problem', () => {
    const conf = 'jwt.stateless_validation.for = [{ name = a, tenant = "x" }]'
    assert.equal(onlyProblem({ conf }).key, 'jwt.stateless_validation.for')
  })

  test('where another setting does the job, the fix names it', () => {
    assert.match(
      onlyProblem({ env: { OAUTH2_CORS_ALLOWED_ORIGINS: '*' } }).fix,
      /use OAUTH2_ALLOWED_ORIGINS/,
    )
  })
})
