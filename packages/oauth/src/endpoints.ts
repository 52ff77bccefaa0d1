import { AUTH_METHODS } from '@grantd/domain'
import { ACCOUNT_ENDPOINTS } from './account/registry.ts'
import { authorizeByPost, authorizeEndpoint } from './authorize/authorize-endpoint.ts'
import { consentEndpoint } from './consent/consent-endpoint.ts'
import { discoveryEndpoints } from './discovery/discovery-endpoints.ts'
import type { Endpoint } from './endpoint.ts'
import {
  eventDeliveriesEndpoint,
  eventRedeliverEndpoint,
  eventTestEndpoint,
} from './events/delivery-endpoints.ts'
import { eventsHealthEndpoint, eventsIngestEndpoint } from './events/events-endpoints.ts'
import { recentEventsEndpoint } from './events/recent-endpoint.ts'
import { eventStreamEndpoint } from './events/stream-endpoint.ts'
import { healthEndpoint } from './health/health-endpoints.ts'
import { introspectEndpoint } from './introspect/introspect-endpoint.ts'
import { languageEndpoint } from './language/language-endpoint.ts'
import { loginForm, loginSubmit, logout } from './login/login-endpoints.ts'
import { passkeyQuestion, passkeySubmit } from './login/passkey-endpoints.ts'
import { secondFactorForm, secondFactorSubmit } from './login/second-factor-endpoints.ts'
import { logoEndpoint } from './logo/logo-endpoint.ts'
import { logoutByPost, logoutConfirm, logoutEndpoint } from './logout/logout-endpoints.ts'
import { errorEndpoint, rootEndpoint } from './profile/profile-endpoints.ts'
import { forgotForm, forgotSubmit, resetForm, resetSubmit } from './recovery/reset-endpoints.ts'
import { manageEndpoints } from './register/manage-endpoints.ts'
import { dynamicRegisterEndpoint, registerEndpoint } from './register/register-endpoint.ts'
import { revokeEndpoint } from './revoke/revoke-endpoint.ts'
import { checkSessionEndpoint } from './session-management/check-session-endpoint.ts'
import { setupForm, setupSubmit } from './setup/setup-endpoints.ts'
import {
  signUpFinishForm,
  signUpFinishSubmit,
  signUpForm,
  signUpSubmit,
} from './signup/sign-up-endpoints.ts'
import { GRANTS } from './token/grants/registry.ts'
import { tokenEndpoint } from './token/token-endpoint.ts'
import { upstreamCallback, upstreamLogin } from './upstream/upstream-endpoints.ts'
import { userinfoByPost, userinfoEndpoint } from './userinfo/userinfo-endpoint.ts'

/** THE LIST of endpoints; the mount, discovery and the documentation read it. */
export const ENDPOINTS: readonly Endpoint[] = [
  tokenEndpoint,
  introspectEndpoint,
  revokeEndpoint,
  userinfoEndpoint,
  userinfoByPost,
  authorizeEndpoint,
  authorizeByPost,
  consentEndpoint,
  loginForm,
  loginSubmit,
  secondFactorForm,
  secondFactorSubmit,
  passkeyQuestion,
  passkeySubmit,
  upstreamLogin,
  upstreamCallback,
  forgotForm,
  forgotSubmit,
  resetForm,
  resetSubmit,
  signUpForm,
  signUpSubmit,
  signUpFinishForm,
  signUpFinishSubmit,
  logout,
  logoutEndpoint,
  logoutByPost,
  logoutConfirm,
  checkSessionEndpoint,
  logoEndpoint,
  registerEndpoint,
  dynamicRegisterEndpoint,
  ...manageEndpoints,
  ...ACCOUNT_ENDPOINTS,
  languageEndpoint,
  rootEndpoint,
  errorEndpoint,
  setupForm,
  setupSubmit,
  healthEndpoint,
  eventsHealthEndpoint,
  eventsIngestEndpoint,
  eventStreamEndpoint,
  recentEventsEndpoint,
  eventDeliveriesEndpoint,
  eventRedeliverEndpoint,
  eventTestEndpoint,
  ...discoveryEndpoints(() => ({
    endpoints: ENDPOINTS,
    grantTypes: GRANTS.map((grant) => grant.type),
    authMethods: [...AUTH_METHODS],
  })),
]
