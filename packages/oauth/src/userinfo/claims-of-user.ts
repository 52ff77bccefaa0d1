import {
  CLAIM_SCOPES,
  type ClaimWish,
  hasScope,
  SCOPE_CLAIMS,
  type Scope,
  scopeOfClaim,
  type User,
} from '@grantd/domain'

/** Claims about a person that can be asked for, by scope or one by one (OIDC Core §5.1). */
export const PERSONAL_CLAIMS: readonly string[] = CLAIM_SCOPES.flatMap(
  (scope) => SCOPE_CLAIMS[scope],
)

type Claims = Readonly<Record<string, unknown>>

/** What the scopes of a token tell of a person (OIDC Core §5.4); what is not known is left out. */
export function claimsOfScope(user: User, scope: Scope): Claims {
  const names = CLAIM_SCOPES.filter((name) => hasScope(scope, name)).flatMap(
    (name): readonly string[] => SCOPE_CLAIMS[name],
  )
  return pick(user, names)
}

/**
 * Claims asked for one by one (OIDC Core §5.5). Only those whose scope the client may have: `claims`
 * is another way to ask, not a way around what was registered and consented to.
 */
export function claimsByName(
  user: User,
  wishes: Readonly<Record<string, ClaimWish>> | undefined,
  allowed: Scope,
): Claims {
  if (wishes === undefined) return {}
  const names = Object.keys(wishes).filter((name) => {
    const scope = scopeOfClaim(name)
    return scope !== undefined && hasScope(allowed, scope)
  })
  return pick(user, names)
}

function pick(user: User, names: readonly string[]): Claims {
  const entries = names.map((name) => [name, claimOf(user, name)] as const)
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}

function claimOf(user: User, name: string): unknown {
  const { claims } = user
  switch (name) {
    case 'email':
      return user.email
    case 'email_verified':
      return user.email === undefined ? undefined : (claims.email_verified ?? false)
    case 'phone_number_verified':
      return claims.phone_number === undefined ? undefined : (claims.phone_number_verified ?? false)
    case 'preferred_username':
      return claims.preferred_username ?? user.username
    case 'updated_at':
      return user.updatedAt
    default:
      return (claims as Claims)[name] // names come from SCOPE_CLAIMS
  }
}
