// Owns: what each real provider of the registry is known to answer: metadata, claims, quirks.
import type { UpstreamProfile } from '@grantd/domain'
import type { ProviderSettings } from '@grantd/social'
import { type Person, UPSTREAM_CLIENT, type UpstreamShape } from './fake-upstream.ts'

export interface Recorded {
  /** Where its metadata and endpoints are. */
  readonly issuer: string
  readonly shape: UpstreamShape
  readonly settings?: Partial<ProviderSettings>
  readonly person: Person
  readonly profile: Partial<UpstreamProfile>
}

export const TENANT = '9188040d-6c67-4c5b-b112-36a304b66dad'
const entra = {
  issuer: 'https://login.microsoftonline.com/common/v2.0',
  shape: {
    metadataIssuer: 'https://login.microsoftonline.com/{tenantid}/v2.0',
    tokenIssuer: `https://login.microsoftonline.com/${TENANT}/v2.0`,
    metadata: {
      authorization_response_iss_parameter_supported: undefined,
      id_token_signing_alg_values_supported: ['RS256'],
    },
  },
  person: {
    sub: 'AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ',
    tid: TENANT,
    oid: '00000000-0000-0000-66f3-3332eca7ea81',
    name: 'Ada Lovelace',
    preferred_username: 'ada@contoso.example',
    email: 'ada@contoso.example',
  },
  profile: {
    issuer: `https://login.microsoftonline.com/${TENANT}/v2.0`,
    subject: 'AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ',
    email: 'ada@contoso.example',
    // Whatever an administrator of a tenant wrote is nobody's proof.
    isEmailVerified: false,
  },
} as const

const plain = (issuer: string, settings: Partial<ProviderSettings>, base = issuer) => ({
  issuer: base,
  shape: { metadataIssuer: issuer },
  settings,
  person: {
    sub: '00u1a2b3c4',
    email: 'ada@corp.example',
    email_verified: true,
    name: 'Ada Lovelace',
    preferred_username: 'ada',
  },
  profile: { issuer, subject: '00u1a2b3c4', email: 'ada@corp.example', isEmailVerified: true },
})

export const RECORDED: Readonly<Record<string, Recorded>> = {
  google: {
    issuer: 'https://accounts.google.com',
    shape: { metadata: { authorization_response_iss_parameter_supported: true } },
    person: {
      sub: '110169484474386276334',
      email: 'ada@gmail.example',
      email_verified: true,
      azp: UPSTREAM_CLIENT.id,
      name: 'Ada Lovelace',
      picture: 'https://lh3.googleusercontent.com/a/x',
    },
    profile: {
      issuer: 'https://accounts.google.com',
      subject: '110169484474386276334',
      email: 'ada@gmail.example',
      isEmailVerified: true,
      picture: 'https://lh3.googleusercontent.com/a/x',
    },
  },
  microsoft: entra,
  azure: {
    ...entra,
    issuer: `https://login.microsoftonline.com/${TENANT}/v2.0`,
    shape: { metadata: entra.shape.metadata },
    settings: { tenantId: TENANT },
  },
  github: {
    issuer: 'https://github.com/login/oauth',
    shape: { isGithub: true },
    person: {
      id: 583231,
      login: 'octocat',
      name: null,
      email: 'public@corp.example',
      avatar_url: 'https://avatars.githubusercontent.com/u/583231',
      emails: [
        { email: 'other@corp.example', primary: false, verified: true },
        { email: 'octo@corp.example', primary: true, verified: true },
      ],
    },
    profile: {
      issuer: 'https://github.com/login/oauth',
      subject: '583231',
      email: 'octo@corp.example',
      isEmailVerified: true,
      name: undefined,
      username: 'octocat',
    },
  },
  okta: plain('https://dev-1.okta.com', { domain: 'dev-1.okta.com' }),
  auth0: plain('https://t.eu.auth0.com/', { domain: 't.eu.auth0.com' }, 'https://t.eu.auth0.com'),
  keycloak: {
    ...plain('https://sso.example.com/realms/staff', {
      issuer: 'https://sso.example.com/realms/staff',
    }),
    shape: { userinfoOnly: ['email', 'email_verified', 'name'] },
  },
  oidc: plain('https://login.example.com', { issuer: 'https://login.example.com' }),
}
