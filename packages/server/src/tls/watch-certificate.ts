// Owns: taking over a renewed certificate while the server runs. Does not own: reading it (certificate.ts).
import { statSync } from 'node:fs'
import type { Log } from '@grantd/oauth'
import {
  type Certificate,
  type CertificateFiles,
  readCertificate,
  validityProblem,
} from './certificate.ts'

/** Whoever renews it need not tell anybody. Asking for the state of two files costs microseconds. */
const LOOK_MS = 10_000

export interface CertificateWatch {
  /** Reads the files now, changed or not. */
  reload(): void
  stop(): void
}

/**
 * Calls `use` with the new pair when the files have changed or the process gets SIGHUP. A pair that is
 * not whole, such as one of which only one file is renewed, changes nothing and is looked at again.
 * Connections go on with what they began with.
 */
export function watchCertificate(parts: {
  readonly files: CertificateFiles
  readonly log: Log
  readonly use: (certificate: Certificate) => void
  readonly lookMs?: number
}): CertificateWatch {
  const { files, log, use, lookMs = LOOK_MS } = parts
  let seen = stateOf(files)
  let complainedOf: string | undefined
  const reload = () => {
    const state = stateOf(files)
    try {
      const certificate = readCertificate(files)
      use(certificate)
      seen = state
      complainedOf = undefined
      const until = certificate.notAfter.toISOString()
      const problem = validityProblem(certificate, new Date())
      if (problem === undefined) log.info({ until }, 'the certificate was read again')
      else log.warn({ until }, `the certificate was read again, and ${problem}`)
    } catch (err) {
      if (complainedOf !== state)
        log.warn({ err }, 'the certificate could not be read again; the former one stays in use')
      complainedOf = state
    }
  }
  const timer = setInterval(() => {
    if (stateOf(files) !== seen) reload()
  }, lookMs)
  timer.unref()
  process.on('SIGHUP', reload)
  return {
    reload,
    stop() {
      clearInterval(timer)
      process.removeListener('SIGHUP', reload)
    },
  }
}

/** Differs when one of the files does, also behind a link that was turned (Kubernetes, certbot). */
function stateOf({ cert, key }: CertificateFiles): string {
  return [cert, key]
    .map((path) => {
      try {
        const { dev, ino, size, mtimeMs } = statSync(path)
        return `${dev}:${ino}:${size}:${mtimeMs}`
      } catch {
        return '-' // not there, or not to be looked at: reading it says why
      }
    })
    .join(' ')
}
