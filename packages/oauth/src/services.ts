import type { KeyedPool, Ref } from '@grantd/actors'
import type {
  ActObserver,
  Clock,
  IdMaker,
  OneTimeCodes,
  PasskeyChecks,
  PasswordHasher,
  Random,
  Storage,
  UpstreamLogins,
} from '@grantd/domain'
import type { ClientActor } from './clients/client-actor.ts'
import type { ClientCache } from './clients/client-cache.ts'
import type { ClientKeys } from './clients/client-keys.ts'
import type { AuthActor } from './codes/auth-actor.ts'
import type { Denylist } from './denylist/denylist.ts'
import type { IngestActor } from './events/ingest-actor.ts'
import type { EventRecorder } from './events/recorder.ts'
import type { FactorActor } from './factors/factor-actor.ts'
import type { FormGuards } from './form-guard.ts'
import type { KeyActor } from './keys/key-actor.ts'
import type { Keyring } from './keys/keyring.ts'
import type { LoginActor } from './login/login-actor.ts'
import type { ClientLogos } from './logo/client-logos.ts'
import type { LogoutActor } from './logout/logout-actor.ts'
import type { LetterWriter } from './mail/letters.ts'
import type { MailActor } from './mail/mail-actor.ts'
import type { OutboundHttp } from './outbound/outbound-http.ts'
import type { RecoveryActor } from './recovery/recovery-actor.ts'
import type { RegistrationQuota } from './register/registration-quota.ts'
import type { ClientUse } from './register/unused-clients.ts'
import type { OAuthSettings } from './settings.ts'
import type { Subjects } from './subjects/subjects.ts'
import type { TokenActor } from './tokens/token-actor.ts'
import type { KeyedHash } from './vault/keyed-hash.ts'
import type { Vault } from './vault/vault.ts'

/** Structured log lines without secrets; pino in the server, silent in tests. */
export interface Log {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** Everything a feature may use. Actors guard decisions; reads go to the ports directly. */
export interface Services {
  readonly settings: OAuthSettings
  readonly clock: Clock
  readonly random: Random
  readonly ids: IdMaker
  readonly log: Log
  /** Commits through it are recorded as events: see `EventRecorder.record`. */
  readonly storage: Storage
  readonly events: EventRecorder
  /** Told of what is refused; of what is done `events` tells it. */
  readonly acts: ActObserver
  readonly passwords: PasswordHasher
  readonly oneTimeCodes: OneTimeCodes
  readonly passkeyChecks: PasskeyChecks
  /** Other providers that people sign in with; absent where none is configured. */
  readonly upstream: UpstreamLogins | undefined
  readonly letters: LetterWriter
  readonly hashes: KeyedHash
  readonly keyring: Keyring
  readonly forms: FormGuards
  readonly subjects: Subjects
  readonly vault: Vault
  /** The one way to URLs that others name; refuses addresses that are nobody's business. */
  readonly outbound: OutboundHttp
  readonly clientKeys: ClientKeys
  readonly logos: ClientLogos
  /** By code id. */
  readonly auth: KeyedPool<AuthActor>
  /** By family id, or by token id where there is no family. */
  readonly tokens: KeyedPool<TokenActor>
  /** A look before asking `clients`, for what every request needs. */
  readonly clientCache: ClientCache
  /** Who is refused whatever else is proven; the HTTP layer keeps it fresh. */
  readonly denylist: Denylist
  /** Which clients that registered themselves were ever used. */
  readonly clientUse: ClientUse
  readonly registrationQuota: Ref<RegistrationQuota>
  /** By client id. */
  readonly clients: KeyedPool<ClientActor>
  /** By folded account name. */
  readonly logins: KeyedPool<LoginActor>
  /** By user id. */
  readonly factors: KeyedPool<FactorActor>
  readonly ingest: Ref<IngestActor>
  readonly recoveries: Ref<RecoveryActor>
  readonly mails: Ref<MailActor>
  readonly keys: Ref<KeyActor>
  readonly logouts: Ref<LogoutActor>
}
