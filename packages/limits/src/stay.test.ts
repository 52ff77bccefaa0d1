import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Stay } from './stay.ts'

function onPaper() {
  let time = 1_000
  const stay = new Stay(() => time)
  const pass = (ms: number): void => {
    time += ms
  }
  return { stay, pass }
}

describe('the mean stay', () => {
  test('is that of who was done, however they came', () => {
    const { stay, pass } = onPaper()
    for (let n = 0; n < 400; n++) stay.enter()
    pass(40)
    for (let n = 0; n < 400; n++) stay.leave()
    pass(60)
    assert.equal(stay.take(), 40)
    stay.enter()
    pass(5)
    stay.enter()
    pass(5)
    stay.leave()
    pass(10)
    stay.leave()
    assert.equal(stay.take(), (10 + 15) / 2)
  })

  test('is nothing while nobody is there, and grows while nobody is done', () => {
    const { stay, pass } = onPaper()
    pass(100)
    assert.equal(stay.take(), 0)
    stay.enter()
    stay.enter()
    pass(100)
    assert.equal(stay.take(), 200)
  })
})
