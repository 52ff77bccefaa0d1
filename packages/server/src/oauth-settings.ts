import { hashSecret } from '@grantd/domain'
import type { OAuthSettings } from '@grantd/oauth'
import { baseUrlOf, issuerOf } from './config/issuer.ts'
import type { Mode } from './config/mode.ts'
import type { Settings } from './config/settings.ts'
import { UI_LOCALES } from './pages/languages/tags.ts'

/** What the features need of the configuration, in the units they count in. */
export function toOAuthSettings(
  settings: Settings,
  mode: Mode,
  port: number,
): Omit<OAuthSettings, 'mailIsOn'> {
  const { jwt } = settings
  // Nobody else is there in development, and the conformance suite registers a client for each module.
  const isCounted = mode !== 'dev' && !settings.conformance.enabled
  return {
    issuer: issuerOf(settings, port, mode),
    baseUrl: baseUrlOf(settings, port, mode),
    isDev: mode === 'dev',
    accessTokenAlgorithm: jwt.algorithm,
    idTokenAlgorithm: jwt.id_token_algorithm,
    accessTokensOpaque: jwt.access_tokens_opaque,
    accessTokenLifetime: jwt.access_token_ttl_secs,
    refreshTokenLifetime: jwt.refresh_token_ttl_secs,
    refreshFamilyLifetime: jwt.refresh_token_max_age_secs,
    refreshGrace: jwt.refresh_token_grace_secs,
    codeLifetime: jwt.authorization_code_ttl_secs,
    idTokenLifetime: jwt.id_token_ttl_secs,
    keyGrace: jwt.key_rotation_grace_hours * 3_600,
    keyRotationInterval: jwt.key_rotation_interval_hours * 3_600,
    audience: jwt.audience,
    resources: jwt.resources,
    publicIntrospection: jwt.public_introspection,
    registrationOpen: settings.registration.open || mode === 'dev',
    registrationDynamic:
      settings.registration.dynamic || settings.registration.open || mode === 'dev',
    clientSecretLifetime: settings.registration.secret_ttl_secs,
    registrationsPerNetwork: isCounted ? settings.registration.hourly_per_network : 0,
    registrationsTotal: isCounted ? settings.registration.hourly_total : 0,
    unusedClientLifetime: mode === 'dev' ? 0 : settings.registration.unused_ttl_secs,
    adminClientIds: settings.admin.client_ids,
    signUpOpen: settings.accounts.sign_up,
    upstreamSignUp: settings.social.sign_up,
    upstreamLinksByEmail: settings.social.link_by_verified_email,
    adminsNeedSecondFactor: mode === 'serve' && settings.admin.require_second_factor,
    sessionIdle: settings.session.idle_timeout_secs,
    sessionLifetime: settings.session.absolute_timeout_secs,
    sessionManagement: settings.session.management,
    uiLocales: UI_LOCALES,
    uiDefaultLocale: settings.ui.default_locale,
    conformance: settings.conformance.enabled,
    eventIngest: {
      isPublic: settings.events.public_ingest,
      tokenHash:
        settings.events.ingest_bearer_token === undefined
          ? undefined
          : hashSecret(settings.events.ingest_bearer_token),
    },
    eventStreamHeartbeatMs: settings.events.stream.heartbeat_secs * 1_000,
    loginMaxAttempts: settings.login.max_attempts,
    loginWindow: settings.login.window_secs,
  }
}
