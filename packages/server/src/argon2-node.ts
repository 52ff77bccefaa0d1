// Owns: Argon2id (RFC 9106) by Node itself, for machines without the native package.
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'

const SALT_BYTES = 16
const TAG_BYTES = 32
/** `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<tag>`, the PHC form that every implementation reads. */
const PHC =
  /^\$argon2id\$v=19\$m=(\d{1,9}),t=(\d{1,5}),p=(\d{1,3})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/

interface Cost {
  readonly memoryCost: number
  readonly timeCost: number
  readonly parallelism: number
}

/** A new salt each time; resolves to a PHC string. */
export async function hash(password: string, cost: Cost): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  const tag = await derive(password, salt, cost, TAG_BYTES)
  const { memoryCost, timeCost, parallelism } = cost
  return `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$${base64(salt)}$${base64(tag)}`
}

/** Whether `password` made this hash. Rejects for anything but an Argon2id PHC string. */
export async function verify(hashed: string, password: string): Promise<boolean> {
  const [, m, t, p, salt = '', tag = ''] = PHC.exec(hashed) ?? []
  if (m === undefined) throw new Error('the stored password hash is no Argon2id hash')
  const cost = { memoryCost: Number(m), timeCost: Number(t), parallelism: Number(p) }
  const expected = Buffer.from(tag, 'base64')
  const actual = await derive(password, Buffer.from(salt, 'base64'), cost, expected.length)
  return timingSafeEqual(actual, expected)
}

function derive(password: string, salt: Buffer, cost: Cost, length: number): Promise<Buffer> {
  const parameters = {
    message: password,
    nonce: salt,
    parallelism: cost.parallelism,
    tagLength: length,
    memory: cost.memoryCost,
    passes: cost.timeCost,
  }
  return new Promise((resolve, reject) => {
    argon2('argon2id', parameters, (error, tag) => {
      if (error) reject(error)
      else resolve(tag)
    })
  })
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}
