/** What was proven, weakest first (OIDC Core §2 `acr`); discovery lists those that can be reached. */
export const ACR = { password: 'urn:grantd:acr:1fa', twoFactors: 'urn:grantd:acr:2fa' } as const

/** Contexts that a sign-in of this version can reach. */
export const REACHABLE_ACR: readonly string[] = [ACR.password]

/** The context of a session from its RFC 8176 methods. */
export function acrOf(amr: readonly string[]): string {
  return amr.includes('mfa') ? ACR.twoFactors : ACR.password
}
