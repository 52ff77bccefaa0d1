import { OAuthError } from './errors.ts'

/**
 * Checks RFC 8707 resource indicators against those the operator allows. Throws `invalid_target`.
 * A token must never name an audience that nobody registered (RFC 8707 §2.2).
 */
export function checkResources(
  requested: readonly string[],
  allowed: readonly string[],
): readonly string[] {
  for (const resource of requested) {
    if (!URL.canParse(resource) || resource.includes('#')) {
      throw new OAuthError('invalid_target', 'resource must be an absolute URI without a fragment')
    }
    if (!allowed.includes(resource)) {
      throw new OAuthError(
        'invalid_target',
        'resource is not one that this server issues tokens for',
      )
    }
  }
  return [...new Set(requested)]
}
