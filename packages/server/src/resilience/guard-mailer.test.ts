import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Mailer, MailMessage } from '@grantd/domain'
import { CircuitBreaker } from '@grantd/limits'
import { guardMailer } from './guard-mailer.ts'

const MAIL: MailMessage = { to: 'ada@example.com', subject: 's', text: 't', html: '<p>t' }

function guarded(send: Mailer['send'], sendMs?: number) {
  const circuit = new CircuitBreaker({
    failureThreshold: 5,
    successThreshold: 2,
    openMs: 30_000,
    halfOpenMaxProbes: 3,
    now: () => performance.now(),
  })
  let asked = 0
  const counted: Mailer = {
    send: (message) => {
      asked++
      return send(message)
    },
  }
  const mailer = guardMailer(counted, circuit, sendMs === undefined ? {} : { sendMs })
  return { mailer, circuit, asked: () => asked }
}

describe('the circuit of the mail server', () => {
  test('a server that cannot be reached is asked five times, then left alone', async () => {
    const { mailer, circuit, asked } = guarded(() => Promise.reject(new Error('ECONNREFUSED')))
    for (let n = 0; n < 8; n++) await assert.rejects(mailer.send(MAIL))
    assert.equal(asked(), 5)
    assert.equal(circuit.state, 'open')
    await assert.rejects(mailer.send(MAIL), /did not answer lately/)
  })

  test('a message that it refuses is an answer', async () => {
    const refusal = Object.assign(new Error('no such user'), { responseCode: 550 })
    const { mailer, circuit } = guarded(() => Promise.reject(refusal))
    for (let n = 0; n < 8; n++) await assert.rejects(mailer.send(MAIL), /no such user/)
    assert.equal(circuit.state, 'closed')
  })

  test('a server that takes for ever is given up', async () => {
    const awake = setInterval(() => undefined, 1_000)
    const { mailer, circuit } = guarded(() => new Promise(() => undefined), 10)
    for (let n = 0; n < 5; n++) await assert.rejects(mailer.send(MAIL), /not taken within 10 ms/)
    assert.equal(circuit.state, 'open')
    clearInterval(awake)
  })
})
