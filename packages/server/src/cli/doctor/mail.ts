// Owns: the check of the mail server.
import { smtpProblem } from '../../mail/smtp-mailer.ts'
import { fail, ofSettings, ok, skip } from './finding.ts'

export const mail = ofSettings(async ({ mail: { smtp_url: url } }, _patient, { mode }) => {
  if (url === undefined) {
    if (mode === 'dev') return ok('none is configured: mail is shown at /dev/mail')
    return skip('none is configured: a forgotten password is only reset from the command line')
  }
  const { protocol, host } = new URL(url) // without the password
  const problem = await smtpProblem(url)
  if (problem === undefined) return ok(`${protocol}//${host} answers and takes the login`)
  return fail(
    `${protocol}//${host}: ${problem}`,
    'check OAUTH2_SMTP_URL, and that the port is open',
  )
})
