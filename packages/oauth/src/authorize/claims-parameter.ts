import { type ClaimsRequest, type ClaimWish, invalidRequest } from '@grantd/domain'
import { isRecord, readJsonText } from '../json.ts'

const MAX_LENGTH = 4_096
/** claims → userinfo → a claim → values: nothing that is understood goes deeper. */
const MAX_DEPTH = 6
const MAX_CLAIMS = 64
const MAX_VALUES = 32

type Wishes = Readonly<Record<string, ClaimWish>>

/**
 * The `claims` parameter (OIDC Core §5.5). Members that are not understood are ignored, as §5.5 asks;
 * what is understood must be well-formed. Throws `invalid_request` (T21).
 */
export function parseClaims(text: string): ClaimsRequest {
  if (text.length > MAX_LENGTH) throw bad(`is longer than ${MAX_LENGTH} characters`)
  const read = readJsonText(text, MAX_DEPTH)
  if ('problem' in read) throw bad('must be JSON of a few levels without __proto__')
  if (!isRecord(read.value)) throw bad('must be a JSON object')
  const userinfo = readMember(read.value.userinfo, 'userinfo')
  const idToken = readMember(read.value.id_token, 'id_token')
  return {
    ...(userinfo !== undefined && { userinfo }),
    ...(idToken !== undefined && { id_token: idToken }),
  }
}

function readMember(member: unknown, name: string): Wishes | undefined {
  if (member === undefined || member === null) return undefined
  if (!isRecord(member)) throw bad(`has a member ${name} that is no object`)
  const entries = Object.entries(member)
  if (entries.length > MAX_CLAIMS) throw bad(`names more than ${MAX_CLAIMS} claims`)
  return Object.fromEntries(entries.map(([claim, wish]) => [claim, readWish(wish)]))
}

function readWish(wish: unknown): ClaimWish {
  if (wish === null) return {}
  if (!isRecord(wish)) throw bad('asks for a claim with neither null nor an object')
  const { essential, value, values } = wish
  if (essential !== undefined && typeof essential !== 'boolean')
    throw bad('has an essential that is neither true nor false')
  if (value !== undefined && !isScalar(value)) throw bad('has a value that is no text or number')
  if (values !== undefined) {
    const isList = Array.isArray(values) && values.length <= MAX_VALUES && values.every(isScalar)
    if (!isList) throw bad(`has values that are no list of at most ${MAX_VALUES} texts`)
  }
  return {
    ...(essential === true && { essential }),
    ...(isScalar(value) && { value }),
    ...(Array.isArray(values) && { values }),
  }
}

function isScalar(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value)
}

function bad(reason: string): Error {
  return invalidRequest(`claims ${reason}`)
}
