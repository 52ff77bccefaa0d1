// Owns: reading a certificate with its key, and judging whether a server can be served with it.
// Does not own: when it is read again (watch-certificate.ts), the listener (http/). Start here: `readCertificate`.
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** Where the two files are. */
export interface CertificateFiles {
  readonly cert: string
  readonly key: string
}

/** A certificate with its chain and its key, as the listener takes them. */
export interface Certificate {
  readonly cert: string
  readonly key: string
  readonly notBefore: Date
  readonly notAfter: Date
  /** `DNS:id.example, IP Address:192.0.2.1`; empty when it names nobody. */
  readonly names: string
}

/** The files cannot be used. `file` is the one to blame. */
export class CertificateError extends Error {
  override readonly name = 'CertificateError'
  readonly file: keyof CertificateFiles
  readonly fix: string

  constructor(file: keyof CertificateFiles, what: string, fix: string) {
    super(what)
    this.file = file
    this.fix = fix
  }
}

/** Throws CertificateError: a file is missing or no PEM, or the two do not belong together. */
export function readCertificate(files: CertificateFiles): Certificate {
  const cert = readPem('cert', files.cert)
  const key = readPem('key', files.key)
  const leaf = certificateIn(cert)
  const privateKey = keyIn(key)
  if (!leaf.checkPrivateKey(privateKey))
    throw new CertificateError(
      'key',
      'is not the key of the certificate',
      'name the key that the certificate was made for, and the certificate of the server first in its file',
    )
  return {
    cert,
    key,
    notBefore: leaf.validFromDate,
    notAfter: leaf.validToDate,
    names: leaf.subjectAltName ?? '',
  }
}

/** Why clients refuse it at `now`; `undefined` when they do not. */
export function validityProblem(
  { notBefore, notAfter }: Certificate,
  now: Date,
): string | undefined {
  if (now >= notAfter) return `expired on ${notAfter.toISOString().slice(0, 10)}`
  if (now < notBefore) return `is not valid before ${notBefore.toISOString().slice(0, 10)}`
  return undefined
}

function readPem(file: keyof CertificateFiles, path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new CertificateError(
      file,
      `cannot be read (${code})`,
      'check the path, and that the user of the server may read it',
    )
  }
}

function certificateIn(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem)
  } catch {
    throw new CertificateError(
      'cert',
      'holds no certificate in PEM',
      'begin it with the certificate of the server (-----BEGIN CERTIFICATE-----)',
    )
  }
}

function keyIn(pem: string) {
  try {
    return createPrivateKey(pem)
  } catch {
    throw new CertificateError(
      'key',
      'holds no private key in PEM that opens without a password',
      'write it without a password, readable for the server alone: openssl pkey -in key.pem -out plain.pem',
    )
  }
}
