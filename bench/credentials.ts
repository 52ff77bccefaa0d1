/** One confidential client, known to every contender. The secret has 256 bits, as generated ones have. */
export const CLIENT = {
  id: 'bench-client-0001',
  secret: 'gcs_q0Zr4pVtXn2mJcY7bLs9wKd1eFh8uGi3oTa6RyQxPzM',
} as const

/** Who signs in. */
export const PERSON = { username: 'bench', password: 'the password of the benchmark' } as const

export const RESOURCE = 'https://api.example/'
export const REDIRECT = 'https://app.example/callback'
export const VERIFIER = 'benchmark-verifier-of-at-least-43-characters'
/** For HS256. */
export const HMAC_SECRET = 'benchmark-secret-of-at-least-32-bytes-for-HS256'

export const CREDENTIALS = `client_id=${CLIENT.id}&client_secret=${CLIENT.secret}`
