import type { Mailer } from '@grantd/domain'
import type { CircuitBreaker } from '@grantd/limits'

/** Longer than any time-out of a single step, and shorter than the pause before the next attempt. */
const SEND_MS = 45_000

/**
 * `mailer` behind a circuit, and with an end to each message: a mail server that sends a byte now and
 * then would else be waited for for ever. A message that the server refuses is an answer, not a failure.
 */
export function guardMailer(
  mailer: Mailer,
  circuit: CircuitBreaker,
  { sendMs = SEND_MS }: { readonly sendMs?: number } = {},
): Mailer {
  return {
    async send(message) {
      const ticket = circuit.tryEnter()
      if (ticket === 0) throw new Error('the mail server did not answer lately; it is tried later')
      const late = Promise.withResolvers<never>()
      const timer = setTimeout(
        () => late.reject(new Error(`the mail was not taken within ${sendMs} ms`)),
        sendMs,
      )
      try {
        await Promise.race([mailer.send(message), late.promise])
        circuit.succeed(ticket)
      } catch (error) {
        if (isAnswer(error)) circuit.succeed(ticket)
        else circuit.fail(ticket)
        throw error
      } finally {
        clearTimeout(timer)
      }
    },
  }
}

/** What nodemailer throws for a reply of the server has the reply's code; 421 is its last word. */
function isAnswer(error: unknown): boolean {
  return error instanceof Error && 'responseCode' in error && error.responseCode !== 421
}
