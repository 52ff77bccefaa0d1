/** What was proven, weakest first (OIDC Core §2 `acr`); discovery lists those that can be reached. */
export const ACR = { password: 'urn:grantd:acr:1fa', twoFactors: 'urn:grantd:acr:2fa' } as const

/** Contexts that a sign-in can reach; the second by an account with a second factor. */
export const REACHABLE_ACR: readonly string[] = [ACR.password, ACR.twoFactors]

/** The context of a session from its RFC 8176 methods: every sign-in with a second factor or a passkey has `mfa`. */
export function acrOf(amr: readonly string[]): string {
  return amr.includes('mfa') ? ACR.twoFactors : ACR.password
}
