import { PROVIDER_NAMES, PROVIDER_NEEDS } from './rules-social.ts'

type Listed = readonly [string, unknown, string, string]

/** Key, default and a value to set of what a provider has beside what all have. */
const OWN: Readonly<Record<string, readonly (readonly [string, unknown, string])[]>> = {
  microsoft: [['tenant_id', 'common', 'contoso.example']],
  azure: [['tenant_id', 'common', '9188040d-6c67-4c5b-b112-36a304b66dad']],
  okta: [['domain', undefined, 'dev-1.okta.com']],
  auth0: [['domain', undefined, 'tenant.eu.auth0.com']],
  keycloak: [
    ['issuer', undefined, 'https://sso.example.com/realms/staff'],
    ['label', 'Keycloak', 'Staff'],
  ],
  oidc: [
    ['issuer', undefined, 'https://login.example.com'],
    ['label', 'OpenID Connect', 'Staff'],
  ],
}

/** The section `social` for settings.test.ts: key, default, names, a value to set. */
export const SOCIAL_SETTINGS: readonly Listed[] = [
  ['social.sign_up', true, 'OAUTH2_SOCIAL_SIGNUP_ENABLED', 'false'],
  ['social.link_by_verified_email', false, 'OAUTH2_SOCIAL_LINK_BY_VERIFIED_EMAIL', 'true'],
  ...PROVIDER_NAMES.flatMap((name): Listed[] =>
    [
      ['enabled', true, 'false'] as const,
      ['client_id', undefined, 'here'] as const,
      ['client_secret', undefined, 'a secret of the provider'] as const,
      ['redirect_uri', undefined, 'https://id.example.com/auth/callback'] as const,
      ...(OWN[name] ?? []),
    ].map(([setting, usual, value]) => [
      `social.${name}.${setting}`,
      usual,
      envName(name, setting),
      value,
    ]),
  ),
]

/** What else a setting of a provider needs to be there: nobody signs in with half of one. */
export const SOCIAL_COMPANIONS: Readonly<Record<string, Record<string, string>>> =
  Object.fromEntries(
    PROVIDER_NAMES.flatMap((name) =>
      PROVIDER_NEEDS[name].map((need) => [
        `social.${name}.${need}`,
        Object.fromEntries(
          PROVIDER_NEEDS[name]
            .filter((other) => other !== need)
            .map((other) => [envName(name, other), sampleOf(name, other)]),
        ),
      ]),
    ),
  )

function envName(name: string, setting: string): string {
  return `OAUTH2_${name}_${setting}`.toUpperCase()
}

function sampleOf(name: string, setting: string): string {
  return OWN[name]?.find(([own]) => own === setting)?.[2] ?? 'here'
}
