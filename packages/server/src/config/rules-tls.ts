// Owns: which certificates a server does not start with.
import { CertificateError, readCertificate, validityProblem } from '../tls/certificate.ts'
import type { Finding } from './rules.ts'
import type { Settings } from './settings.ts'

const WHY = 'no client would trust a connection'

export function certificate({ server: { tls } }: Settings): Finding[] {
  const { cert, key } = tls
  if (cert === undefined && key === undefined) return tls.http2 ? [http2WithoutTls()] : []
  if (cert === undefined || key === undefined) {
    const [missing, there] = cert === undefined ? ['cert', 'key'] : ['key', 'cert']
    return [
      {
        code: 'E_CONFIG_TLS',
        key: `server.tls.${missing}`,
        what: `is not set although server.tls.${there} is`,
        why: 'a certificate proves nothing without its key, and a key nothing without its certificate',
        fix: `set OAUTH2_SERVER_TLS_${missing?.toUpperCase()}, or unset the other one`,
      },
    ]
  }
  try {
    const read = readCertificate({ cert, key })
    const problem = validityProblem(read, new Date())
    return problem === undefined ? [] : [finding('cert', problem, 'renew it')]
  } catch (error) {
    if (!(error instanceof CertificateError)) throw error
    return [finding(error.file, error.message, error.fix)]
  }
}

function finding(file: 'cert' | 'key', what: string, fix: string): Finding {
  return { code: 'E_CONFIG_TLS', key: `server.tls.${file}`, what, why: WHY, fix }
}

function http2WithoutTls(): Finding {
  return {
    code: 'E_CONFIG_TLS',
    key: 'server.tls.http2',
    what: 'is on although there is no certificate',
    why: 'browsers speak HTTP/2 over TLS only, and a proxy in front speaks it for this server',
    fix: 'set OAUTH2_SERVER_TLS_CERT and OAUTH2_SERVER_TLS_KEY, or leave HTTP/2 to the proxy',
  }
}
