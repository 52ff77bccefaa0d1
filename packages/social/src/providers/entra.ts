import type { OpenIdUpstream, ProviderSettings } from '../provider.ts'

/** Microsoft identity platform v2.0; `tenantId` is a tenant's id or domain, or `common` and its like. */
export function entraUpstream({ tenantId = 'common' }: ProviderSettings): OpenIdUpstream {
  return {
    protocol: 'openid',
    issuer: `https://login.microsoftonline.com/${encodeURIComponent(tenantId)}/v2.0`,
    scope: 'openid email profile',
    freshPrompt: 'login',
    // `email` is whatever an administrator of the tenant wrote there; only this claim says it was proven.
    isEmailVerified: (claims) => claims.xms_edov === true || claims.xms_edov === 1,
  }
}
