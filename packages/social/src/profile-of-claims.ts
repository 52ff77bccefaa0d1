import { parseEmail, UpstreamError, type UpstreamProfile } from '@grantd/domain'
import type { Claims, OpenIdUpstream } from './provider.ts'

const MAX_SUBJECT = 255
const MAX_TEXT = 1_000

/** A text to show, or nothing: a provider may send anything. */
export function textOf(value: unknown): string | undefined {
  return isText(value, MAX_TEXT) ? value : undefined
}

/** Databases hold it as it is: without NUL and halves of characters, which some refuse and some replace. */
function isText(value: unknown, mostCharacters: number): value is string {
  if (typeof value !== 'string' || value === '' || value.length > mostCharacters) return false
  return value.isWellFormed() && !value.includes('\0')
}

/** Standard claims of OIDC Core §5.1 as a profile. */
export function profileOfClaims(
  claims: Claims,
  { isEmailVerified }: Pick<OpenIdUpstream, 'isEmailVerified'>,
): UpstreamProfile {
  const { sub, iss } = claims
  if (!isText(sub, MAX_SUBJECT) || typeof iss !== 'string')
    throw new UpstreamError('not_believed', 'sub is no text of 1 to 255 characters')
  const email = parseEmail(textOf(claims.email) ?? '')
  const isVouchedFor = isEmailVerified?.(claims) ?? claims.email_verified === true
  return {
    issuer: iss,
    subject: sub,
    email,
    isEmailVerified: email !== undefined && isVouchedFor,
    name: textOf(claims.name),
    username: textOf(claims.preferred_username) ?? textOf(claims.nickname),
    picture: textOf(claims.picture),
  }
}
