// Owns: RFC 7591 metadata from the options of `client create` and `client update`. Does not own: what
// is acceptable; the registration endpoint's own rules judge it.
import { usageError } from './exit.ts'

export const CLIENT_TYPES = ['web', 'spa', 'native', 'm2m'] as const
export type ClientType = (typeof CLIENT_TYPES)[number]

const CODE = ['authorization_code', 'refresh_token']
const PERSON_SCOPE = 'openid profile email offline_access'

/** What each kind of app needs; options say otherwise. */
export const TYPE_DEFAULTS: Readonly<Record<ClientType, object>> = {
  web: {
    grant_types: CODE,
    scope: PERSON_SCOPE,
    token_endpoint_auth_method: 'client_secret_basic',
  },
  spa: {
    grant_types: CODE,
    scope: PERSON_SCOPE,
    token_endpoint_auth_method: 'none',
    application_type: 'web',
  },
  native: {
    grant_types: CODE,
    scope: PERSON_SCOPE,
    token_endpoint_auth_method: 'none',
    application_type: 'native',
  },
  m2m: {
    grant_types: ['client_credentials'],
    scope: 'read',
    token_endpoint_auth_method: 'client_secret_basic',
  },
}

export interface MetadataOptions {
  readonly name: string | undefined
  readonly redirect: readonly string[]
  readonly grant: readonly string[]
  readonly scope: string | undefined
  readonly uri: string | undefined
  readonly accent: string | undefined
  readonly 'accent-dark': string | undefined
}

/** The members that the options set; nothing for options that were not given. */
export function metadataOf(options: MetadataOptions): Record<string, unknown> {
  const { name, redirect, grant, scope, uri, accent, 'accent-dark': dark } = options
  return {
    ...(name !== undefined && { client_name: name }),
    ...(redirect.length > 0 && { redirect_uris: redirect }),
    ...(grant.length > 0 && { grant_types: grant }),
    ...(scope !== undefined && { scope }),
    ...(uri !== undefined && { client_uri: uri }),
    ...(accent !== undefined && { accent_color: accent }),
    ...(dark !== undefined && { accent_color_dark: dark }),
  }
}

export const METADATA_OPTIONS = {
  name: { type: 'text', value: 'TEXT', help: 'what people read on the consent page' },
  redirect: { type: 'text', value: 'URI', many: true, help: 'redirect URI, compared exactly' },
  grant: {
    type: 'text',
    value: 'GRANT',
    many: true,
    help: 'grant type, when it is not the one of --type',
  },
  scope: { type: 'text', value: '"A B"', help: 'scopes it may ask for, in quotes' },
  uri: { type: 'text', value: 'URL', help: 'home page of the app' },
  accent: { type: 'text', value: 'COLOUR', help: 'accent of its sign-in pages, such as "#003366"' },
  'accent-dark': { type: 'text', value: 'COLOUR', help: 'the same for the dark theme' },
} as const

/** RFC 6749 appendix A.1, without what would need quoting in a shell or a URL. */
export function checkClientId(id: string): void {
  if (/^[A-Za-z0-9._~-]{1,128}$/.test(id)) return
  throw usageError('--id must be 1 to 128 letters, digits, ".", "_", "~" or "-"')
}
