// Owns: the features: every endpoint, grant, client authentication method and their actors.
// Does not own: HTTP, HTML, SQL, configuration files. Start here: endpoints.ts, token/token-endpoint.ts.

export type {
  AccountDonePage,
  AccountForm,
  AccountFormPage,
  AccountForms,
  LinkedLogin,
  LinkedLoginsPage,
  PasskeyPage,
  RecoveryCodesPage,
  SecondFactorPage,
  SeedOffer,
  TotpPage,
} from './account-pages.ts'
export { requireAdminRequest } from './admin.ts'
export { LEADS_ON, PAGE, UNCHANGED } from './answers.ts'
export { auditChange } from './audit.ts'
export {
  type ChainPorts,
  type ChainReport,
  countAged,
  extendChain,
  trimChain,
  verifyChain,
} from './audit-log/chain.ts'
export { authenticateClient, presentedClient } from './clients/authenticate-client.ts'
export { hasSecret, newClientSecret, storedSecret } from './clients/client-secret.ts'
export { createServices, type ServicePorts } from './create-services.ts'
export { addDenial, removeDenial } from './denylist/change-denylist.ts'
export { denialValue } from './denylist/denial-value.ts'
export { Denylist } from './denylist/denylist.ts'
export type {
  Answer,
  BearerKind,
  Caller,
  Endpoint,
  Input,
  RateClass,
  RequestInfo,
  SignedIn,
  Tag,
} from './endpoint.ts'
export { ENDPOINTS } from './endpoints.ts'
export { NO_EVENTS } from './events/no-events.ts'
export { ambientOrigin, originOfRequest } from './events/origin.ts'
export { EventRecorder } from './events/recorder.ts'
export { type FactorReset, factorReset } from './factors/reset-factors.ts'
export {
  healthEndpoint,
  READY,
  type ReadyOptions,
  readyEndpoint,
} from './health/health-endpoints.ts'
export { type DatabaseState, Readiness } from './health/readiness.ts'
export { type JsonProblem, readJsonText } from './json.ts'
export type { KeyActor, Rotation } from './keys/key-actor.ts'
export { KeyError } from './keys/key-error.ts'
export { Keyring } from './keys/keyring.ts'
export { rotateByAge } from './keys/rotate-by-age.ts'
export { unsealKey } from './keys/sealed-key.ts'
export { type LanguageClues, languageOf } from './language/page-language.ts'
export { networkOf } from './login/network.ts'
export type { AccountChange, Letter, LetterWriter } from './mail/letters.ts'
export {
  OutboundError,
  type OutboundHttp,
  type OutboundPurpose,
  type OutboundResponse,
} from './outbound/outbound-http.ts'
export type {
  ConsentPage,
  ContinuePage,
  ErrorDetail,
  ErrorPage,
  ErrorReason,
  FormPostPage,
  FrontChannelLogoutPage,
  LoginPage,
  LogoutPage,
  MailboxPage,
  MessagePage,
  PageModel,
  ProfilePage,
  SetupPage,
  UpstreamPage,
  WayBack,
} from './pages.ts'
export { Params } from './params.ts'
export {
  type ClientMetadata,
  createClient,
  describeClient,
  readClientMetadata,
} from './register/client-metadata.ts'
export { createInitialAccessToken } from './register/initial-access-token.ts'
export { ClientUse, countUnusedClients, deleteUnusedClients } from './register/unused-clients.ts'
export type { CookieChange, Reply, StreamOut, StreamSource } from './reply.ts'
export type { Log, Services } from './services.ts'
export { endSession, findSession } from './sessions/session-life.ts'
export type { OAuthSettings } from './settings.ts'
export { GRANTS } from './token/grants/registry.ts'
export {
  type EndReason,
  type InspectedToken,
  inspectToken,
  revokeInspected,
} from './tokens/inspect-token.ts'
export type { Signer } from './tokens/jwt.ts'
export { findTokenWithClient } from './tokens/live-token.ts'
export {
  createSetupLink,
  emailProblem,
  MINIMUM_PASSWORD_LENGTH,
  passwordProblem,
  userEnabled,
  usernameProblem,
  userWithPassword,
  withNewPassword,
} from './users/accounts.ts'
