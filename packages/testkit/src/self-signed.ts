import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'

/**
 * A self-signed certificate (X.509 v3, P-256) for the given DNS names and its key, as PEM. Written
 * out by hand, since node makes none and tests need nothing but node.
 */
export function selfSigned(
  wish: {
    readonly names?: readonly string[]
    readonly notBefore?: Date
    readonly notAfter?: Date
  } = {},
): { readonly cert: string; readonly key: string } {
  const { names = ['localhost'], notBefore = inDays(-1), notAfter = inDays(30) } = wish
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const name = sequence(set(sequence(COMMON_NAME, der(0x0c, Buffer.from(names[0] ?? 'nobody')))))
  const toBeSigned = sequence(
    der(0xa0, der(0x02, Buffer.of(2))), // v3
    der(0x02, Buffer.concat([Buffer.of(1), randomBytes(8)])),
    ECDSA_WITH_SHA256,
    name,
    sequence(timeOf(notBefore), timeOf(notAfter)),
    name,
    publicKey.export({ format: 'der', type: 'spki' }),
    der(0xa3, sequence(sequence(ALTERNATIVE_NAMES, der(0x04, sequence(...names.map(dnsName)))))),
  )
  const signature = sign('sha256', toBeSigned, privateKey)
  const whole = sequence(
    toBeSigned,
    ECDSA_WITH_SHA256,
    der(0x03, Buffer.concat([Buffer.of(0), signature])),
  )
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? []
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
    key: String(privateKey.export({ format: 'pem', type: 'pkcs8' })),
  }
}

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000)

/** Tag, length, content (X.690 §8.1). */
function der(tag: number, content: Buffer): Buffer {
  const { length } = content
  const bytes =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.of(tag, ...bytes), content])
}

const sequence = (...parts: Buffer[]) => der(0x30, Buffer.concat(parts))
const set = (...parts: Buffer[]) => der(0x31, Buffer.concat(parts))
const dnsName = (name: string) => der(0x82, Buffer.from(name))

/** GeneralizedTime would be refused before 2050 (RFC 5280 §4.1.2.5). */
const timeOf = (moment: Date) =>
  der(0x17, Buffer.from(`${moment.toISOString().replaceAll(/[-:T]/g, '').slice(2, 14)}Z`))

const COMMON_NAME = der(0x06, Buffer.of(0x55, 0x04, 0x03))
const ALTERNATIVE_NAMES = der(0x06, Buffer.of(0x55, 0x1d, 0x11))
const ECDSA_WITH_SHA256 = sequence(
  der(0x06, Buffer.of(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02)),
)
