// Owns: which secrets a server does not start with, in words for an operator.
import type { Finding } from './rules.ts'
import type { Settings } from './settings.ts'

/** The secret that older examples publish. */
export const PUBLISHED_JWT_SECRET = 'insecure-default-for-testing-only-change-in-production'

export function hmacSecretMissing({ jwt }: Settings): Finding[] {
  const usesHmac = jwt.algorithm === 'HS256' || jwt.id_token_algorithm === 'HS256'
  if (!usesHmac || jwt.secret !== undefined) return []
  return [
    {
      code: 'E_CONFIG_JWT_SECRET',
      key: 'jwt.secret',
      what: 'is not set although an algorithm is HS256',
      why: 'HS256 signs with a shared secret',
      fix: 'set OAUTH2_JWT_SECRET (openssl rand -base64 48), or use ES256',
      liftable: true,
    },
  ]
}

export function weakJwtSecret({ jwt }: Settings): Finding[] {
  if (jwt.secret === undefined) return []
  const what = weakness(jwt.secret)
  if (what === undefined) return []
  return [
    {
      code: 'E_CONFIG_JWT_SECRET',
      key: 'jwt.secret',
      what,
      why: 'whoever knows or guesses it can make tokens for every user',
      fix: 'make a new one with: openssl rand -base64 48',
      liftable: true,
    },
  ]
}

function weakness(secret: string): string | undefined {
  if (secret === PUBLISHED_JWT_SECRET) return 'is the published default'
  if (Buffer.byteLength(secret) < 32) return 'is shorter than 32 bytes'
  return isRepetition(secret) ? 'is one short text over and over' : undefined
}

/** Whether a text is a shorter one several times: long enough, and still a first guess. */
function isRepetition(text: string): boolean {
  return (text + text).indexOf(text, 1) < text.length
}

/** 32 random bytes that are all one digit do not happen; a placeholder that was left in place does. */
export function placeholderKeys({ secrets, session }: Settings): Finding[] {
  const keys = { 'secrets.encryption_key': secrets.encryption_key, 'session.key': session.key }
  return Object.entries(keys).flatMap(([key, value]): Finding[] => {
    if (value === undefined || !/^(.)\1*$/.test(value)) return []
    return [
      {
        code: 'E_CONFIG_WEAK_KEY',
        key,
        what: 'is one digit over and over',
        why: 'whoever tries the obvious opens what it protects',
        fix: `make a new one with: openssl rand -hex ${key === 'session.key' ? 64 : 32}`,
        liftable: true,
      },
    ]
  })
}

export function weakSeedPassword({ seed }: Settings): Finding[] {
  const { password } = seed
  if (password === undefined || (password !== 'changeme' && password.length >= 12)) return []
  return [
    {
      code: 'E_CONFIG_SEED_PASSWORD',
      key: 'seed.password',
      what: password === 'changeme' ? 'is the published default' : 'is shorter than 12 characters',
      why: 'it opens the account of the first administrator',
      fix: 'choose one of 12 characters or more, or unset it and use a setup link',
      liftable: true,
    },
  ]
}
