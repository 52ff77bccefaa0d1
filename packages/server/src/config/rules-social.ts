// Owns: which wishes for providers are refused: half of what one needs signs nobody in.
import type { Finding } from './rules.ts'
import type { Settings } from './settings.ts'

type Social = Settings['social']
export type ProviderName = Exclude<keyof Social, 'sign_up' | 'link_by_verified_email'>

/** What a provider cannot do without. */
export const PROVIDER_NEEDS: Readonly<Record<ProviderName, readonly string[]>> = {
  google: ['client_id', 'client_secret'],
  microsoft: ['client_id', 'client_secret'],
  github: ['client_id', 'client_secret'],
  azure: ['client_id', 'client_secret'],
  okta: ['client_id', 'client_secret', 'domain'],
  auth0: ['client_id', 'client_secret', 'domain'],
  keycloak: ['client_id', 'client_secret', 'issuer'],
  oidc: ['client_id', 'client_secret', 'issuer'],
}

export const PROVIDER_NAMES = Object.keys(PROVIDER_NEEDS) as readonly ProviderName[]

/** The settings that the rule reads. */
export const PROVIDER_KEYS: readonly string[] = PROVIDER_NAMES.flatMap((name) =>
  PROVIDER_NEEDS[name].map((need) => `social.${name}.${need}`),
)

/** What `name` still lacks; all of it where nobody wants this provider. */
export function missingOf(name: ProviderName, { social }: Pick<Settings, 'social'>): string[] {
  const given: Readonly<Record<string, unknown>> = social[name]
  return PROVIDER_NEEDS[name].filter((need) => given[need] === undefined)
}

export function halfConfiguredProvider(settings: Settings): Finding[] {
  return PROVIDER_NAMES.flatMap((name): Finding[] => {
    const missing = missingOf(name, settings)
    const isHalf = missing.length > 0 && missing.length < PROVIDER_NEEDS[name].length
    if (!isHalf || !settings.social[name].enabled) return []
    return missing.map((need) => ({
      code: 'E_CONFIG_SOCIAL',
      key: `social.${name}.${need}`,
      what: `is not set although other settings of ${name} are`,
      why: 'nobody could sign in with it',
      fix: `set OAUTH2_${name.toUpperCase()}_${need.toUpperCase()}, or unset the others`,
    }))
  })
}
