import { ActorSystem, type SystemHooks } from '@grantd/actors'
import {
  type ActObserver,
  type ClientSnapshots,
  type Clock,
  type EventBus,
  type EventOutbox,
  IdMaker,
  type Mailer,
  NOT_OBSERVED,
  OAuthError,
  type OneTimeCodes,
  type PasskeyChecks,
  type PasswordHasher,
  type Random,
  type Storage,
  StorageError,
  type UpstreamLogins,
} from '@grantd/domain'
import { ClientActor } from './clients/client-actor.ts'
import { ClientCache } from './clients/client-cache.ts'
import { ClientKeys } from './clients/client-keys.ts'
import { AuthActor } from './codes/auth-actor.ts'
import { Denylist } from './denylist/denylist.ts'
import { IngestActor } from './events/ingest-actor.ts'
import { ambientOrigin } from './events/origin.ts'
import { EventRecorder } from './events/recorder.ts'
import { FactorActor } from './factors/factor-actor.ts'
import { FormGuards } from './form-guard.ts'
import { KeyActor } from './keys/key-actor.ts'
import { Keyring } from './keys/keyring.ts'
import { LoginActor } from './login/login-actor.ts'
import { ClientLogos } from './logo/client-logos.ts'
import { LogoutActor } from './logout/logout-actor.ts'
import type { LetterWriter } from './mail/letters.ts'
import { MailActor } from './mail/mail-actor.ts'
import type { OutboundHttp } from './outbound/outbound-http.ts'
import { RecoveryActor } from './recovery/recovery-actor.ts'
import { RegistrationQuota } from './register/registration-quota.ts'
import { ClientUse } from './register/unused-clients.ts'
import type { Log, Services } from './services.ts'
import type { OAuthSettings } from './settings.ts'
import { Subjects } from './subjects/subjects.ts'
import type { Signer } from './tokens/jwt.ts'
import { TokenActor } from './tokens/token-actor.ts'
import { KeyedHash } from './vault/keyed-hash.ts'
import { Vault } from './vault/vault.ts'

export interface ServicePorts {
  readonly settings: OAuthSettings
  readonly storage: Storage
  /** Clients as other processes lately read them; without it each process reads its own. */
  readonly clientSnapshots?: ClientSnapshots | undefined
  readonly events: EventBus
  readonly outbox?: EventOutbox | undefined
  /** Counts what the server does; nobody, where it is absent. */
  readonly acts?: ActObserver | undefined
  readonly passwords: PasswordHasher
  readonly oneTimeCodes: OneTimeCodes
  readonly passkeyChecks: PasskeyChecks
  readonly upstream?: UpstreamLogins | undefined
  readonly letters: LetterWriter
  readonly mailer: Mailer
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly outbound: OutboundHttp
  /** 32 bytes; seals private signing keys. */
  readonly encryptionKey: Uint8Array
  /** At least 32 bytes; binds forms to browsers. */
  readonly sessionKey: Uint8Array
  /** For HS256 only. */
  readonly hmacSecret: Uint8Array | undefined
  /** Mailboxes that the families of tokens are spread over; as those of other actors by default. */
  readonly tokenShards?: number
  /** Called instead of each handler of an actor: see `SystemHooks.around`. */
  readonly aroundMessage?: SystemHooks['around']
  /** Stands for each signer that is used. */
  readonly observeSigner?: ((signer: Signer) => Signer) | undefined
  /** Called when an actor was given up: the process should end and be started anew. */
  readonly onEscalation: (error: unknown) => void
}

/** Faults of these kinds are answers: the caller hears them and the actor lives. */
function isRefusal(error: unknown): boolean {
  return error instanceof OAuthError || error instanceof StorageError
}

const SHARDS = 4
const LANES = 1_024
const MAILBOX = 10_000

/** Builds the actors and what they use. The returned system must be stopped before the storage is closed. */
export function createServices(ports: ServicePorts): {
  readonly services: Services
  readonly actors: ActorSystem
} {
  const { settings, clock, random, log } = ports
  const ids = new IdMaker({ clock, random })
  const events = new EventRecorder({
    bus: ports.events,
    outbox: ports.outbox,
    storage: ports.storage,
    ids,
    clock,
    acts: ports.acts,
  })
  const storage = events.recording()
  const actors = new ActorSystem({
    isRefusal,
    ambient: ambientOrigin,
    around: ports.aroundMessage,
    onFailure: (failure) =>
      log.error({ err: failure.error, actor: failure.actor }, 'an actor failed'),
    onEscalation: (escalation) => ports.onEscalation(escalation.cause),
  })
  const keyring = new Keyring({
    storage,
    clock,
    encryptionKey: ports.encryptionKey,
    ...(ports.hmacSecret && { hmacSecret: ports.hmacSecret }),
    observe: ports.observeSigner,
    onRefreshFailed: (error) =>
      log.warn({ err: error }, 'signing keys could not be read again; the known ones stay in use'),
  })
  const forms = new FormGuards({ sessionKey: ports.sessionKey, clock, random })
  const subjects = new Subjects({ encryptionKey: ports.encryptionKey })
  const clientCache = new ClientCache({ storage, clock })
  const { passwords, outbound } = ports
  const base = {
    settings,
    storage,
    events,
    acts: ports.acts ?? NOT_OBSERVED,
    clock,
    random,
    ids,
    log,
    keyring,
    passwords,
    subjects,
    outbound,
    clientKeys: new ClientKeys({ outbound, clock, log }),
    clientUse: new ClientUse({ storage, clock }),
    denylist: new Denylist({ storage, clock, log }),
    oneTimeCodes: ports.oneTimeCodes,
    passkeyChecks: ports.passkeyChecks,
    upstream: ports.upstream,
    letters: ports.letters,
    vault: new Vault({ encryptionKey: ports.encryptionKey, random }),
    hashes: new KeyedHash(ports.encryptionKey),
    forms,
  }
  const keyed = { shards: SHARDS, lanes: LANES, mailbox: MAILBOX }
  const services: Services = {
    ...base,
    logos: new ClientLogos({ outbound, clock }),
    clientCache,
    auth: actors.pool('auth', { ...keyed, create: () => new AuthActor(base) }),
    tokens: actors.pool('token', {
      ...keyed,
      shards: ports.tokenShards ?? SHARDS,
      create: () => new TokenActor(base),
    }),
    registrationQuota: actors.spawn('registration', {
      mailbox: 1_000,
      create: () => new RegistrationQuota({ storage, clock, settings }),
    }),
    clients: actors.pool('client', {
      ...keyed,
      create: () => new ClientActor({ ...ports, storage, ids, clientCache }),
    }),
    logins: actors.pool('login', {
      ...keyed,
      mailbox: 1_000,
      // Twice what a password may wait to be hashed; nobody stands before the form for longer.
      deadline: 10_000,
      create: () => new LoginActor(base),
    }),
    logouts: actors.spawn('logout', {
      deadline: 60_000,
      create: () => new LogoutActor(base),
    }),
    factors: actors.pool('factor', {
      ...keyed,
      mailbox: 1_000,
      create: () => new FactorActor(base),
    }),
    ingest: actors.spawn('ingest', {
      create: () => new IngestActor({ bus: ports.events, clock }),
    }),
    recoveries: actors.spawn('recovery', {
      mailbox: 1_000,
      create: () => new RecoveryActor(base, () => services.mails.tell.deliver({})),
    }),
    mails: actors.spawn('mail', {
      mailbox: 8,
      // One call may wait for as many mail servers as there are messages in a round.
      deadline: 30 * 60_000,
      create: () => new MailActor({ ...base, mailer: ports.mailer }),
    }),
    keys: actors.spawn('key', {
      deadline: 60_000,
      create: () =>
        new KeyActor({
          storage,
          clock,
          random,
          ids,
          keyring,
          encryptionKey: ports.encryptionKey,
          settings,
        }),
    }),
  }
  return { services, actors }
}
