// Owns: the settings of other providers that people sign in with. What each provider is: packages/social.
import { Type } from '@grantd/oauth/schema'
import { flag, optionalText, text } from './setting.ts'

const BOTH = 'people sign in with it once id and secret are set'

/** What every provider has. */
function common(name: string, label: string) {
  return {
    enabled: flag({
      env: [`OAUTH2_${name}_ENABLED`],
      default: true,
      description: `Off: nobody signs in with ${label}, whatever else is set.`,
    }),
    client_id: optionalText({
      env: [`OAUTH2_${name}_CLIENT_ID`],
      description: `What ${label} calls this server; ${BOTH}.`,
    }),
    client_secret: optionalText({
      env: [`OAUTH2_${name}_CLIENT_SECRET`],
      secret: true,
      description: `The secret that ${label} gave this server.`,
    }),
    redirect_uri: optionalText({
      env: [`OAUTH2_${name}_REDIRECT_URI`],
      shape: 'callback_url',
      defaultText: `\`/auth/callback/${name.toLowerCase()}\` at the public URL`,
      description: `Where ${label} sends browsers back to, as it is registered there.`,
    }),
  }
}

function tenant(name: string) {
  return text({
    env: [`OAUTH2_${name}_TENANT_ID`],
    shape: 'tenant',
    default: 'common',
    description: 'Whose accounts may sign in: a tenant, or `common`, `organizations`, `consumers`.',
  })
}

function domain(name: string, example: string) {
  return optionalText({
    env: [`OAUTH2_${name}_DOMAIN`],
    shape: 'provider_domain',
    description: `Host of the tenant, such as \`${example}\`, or the whole issuer where it has a path.`,
  })
}

function issuer(name: string, example: string) {
  return optionalText({
    env: [`OAUTH2_${name}_ISSUER`],
    shape: 'provider_url',
    description: `Its issuer, such as \`${example}\`.`,
  })
}

function label(name: string, own: string) {
  return text({
    env: [`OAUTH2_${name}_LABEL`],
    shape: 'label',
    default: own,
    description: 'Its name on the sign-in page.',
  })
}

export const social = Type.Object({
  sign_up: flag({
    env: ['OAUTH2_SOCIAL_SIGNUP_ENABLED'],
    default: true,
    description:
      'Whoever signs in with a provider for the first time gets an account; off: only linked logins work.',
  }),
  link_by_verified_email: flag({
    env: ['OAUTH2_SOCIAL_LINK_BY_VERIFIED_EMAIL'],
    default: false,
    description:
      'A first sign-in leads to the local account with the same address, when both sides have proven it.',
  }),
  google: Type.Object(common('GOOGLE', 'Google')),
  microsoft: Type.Object({
    ...common('MICROSOFT', 'Microsoft'),
    tenant_id: tenant('MICROSOFT'),
  }),
  github: Type.Object(common('GITHUB', 'GitHub')),
  azure: Type.Object({ ...common('AZURE', 'Microsoft Entra ID'), tenant_id: tenant('AZURE') }),
  okta: Type.Object({ ...common('OKTA', 'Okta'), domain: domain('OKTA', 'dev-1.okta.com') }),
  auth0: Type.Object({
    ...common('AUTH0', 'Auth0'),
    domain: domain('AUTH0', 'tenant.eu.auth0.com'),
  }),
  keycloak: Type.Object({
    ...common('KEYCLOAK', 'Keycloak'),
    issuer: issuer('KEYCLOAK', 'https://sso.example.com/realms/staff'),
    label: label('KEYCLOAK', 'Keycloak'),
  }),
  oidc: Type.Object({
    ...common('OIDC', 'the provider'),
    issuer: issuer('OIDC', 'https://login.example.com'),
    label: label('OIDC', 'OpenID Connect'),
  }),
})
