import { CertificateError, readCertificate, validityProblem } from '../../tls/certificate.ts'
import { fail, ofSettings, ok, warn } from './finding.ts'

const DAY_MS = 86_400_000
/** Who renews by hand needs some days; who renews by machine does it a month before the end. */
const SOON_DAYS = 14

export const certificate = ofSettings(({ server: { tls } }) => {
  const { cert, key } = tls
  if (cert === undefined || key === undefined) return ok('none: TLS ends at a proxy, or nowhere')
  try {
    const read = readCertificate({ cert, key })
    const now = new Date()
    const problem = validityProblem(read, now)
    const renew = 'renew it; a running server takes the new files over by itself'
    if (problem !== undefined) return fail(`${cert} ${problem}`, renew)
    const days = Math.floor((read.notAfter.getTime() - now.getTime()) / DAY_MS)
    const until = `${read.notAfter.toISOString().slice(0, 10)}, in ${days} day(s)`
    if (days < SOON_DAYS) return warn(`${cert} expires on ${until}`, renew)
    return ok(`for ${read.names || 'nobody by name'}, until ${until}`)
  } catch (error) {
    if (!(error instanceof CertificateError)) throw error
    return fail(`${error.file === 'cert' ? cert : key} ${error.message}`, error.fix)
  }
})
