import type { AccessToken, Client, OAuthErrorCode, Session, User } from '@grantd/domain'
import type { TObject, TSchema } from 'typebox'
import type { Params } from './params.ts'
import type { Reply } from './reply.ts'
import type { Services } from './services.ts'
import type { OAuthSettings } from './settings.ts'

/**
 * Who may call an endpoint. The mount proves the caller *before* the handler runs, so no handler can
 * forget. `client`: RFC 6749 §2.3 authentication, public clients by PKCE where `allowsPublicClient`.
 * `session`: whoever is signed in, if anyone; the handler decides what an anonymous browser sees.
 */
export type Caller = 'none' | 'client' | 'session'

/** What a handler may know of the request. Values only; nothing of the HTTP framework. */
export interface RequestInfo {
  readonly requestId: string
  readonly ip: string
  readonly userAgent: string | undefined
  /** Path and query as received, for `return_to`. */
  readonly target: string
  readonly headers: {
    readonly origin: string | undefined
    readonly secFetchSite: string | undefined
    readonly secFetchDest: string | undefined
    readonly authorization: string | undefined
    readonly accept: string | undefined
    readonly acceptLanguage: string | undefined
    readonly idempotencyKey: string | undefined
    /** Where a reader of a stream left off. */
    readonly lastEventId: string | undefined
  }
  /** Random value of the browser cookie, for forms of people not signed in. */
  readonly browser: string | undefined
  /** The cookie of a sign-in that was just refused: what was typed as the name, as base64url. */
  readonly typedName: string | undefined
  /** The cookie of a sign-in that waits for its second factor. */
  readonly pending: string | undefined
  /** The cookie of a sign-in that waits for another provider. */
  readonly upstream: string | undefined
  /** The cookie of a browser that signed somebody in before. */
  readonly device: string | undefined
  /** The cookie with the language that was chosen on a page, and when. */
  readonly language: string | undefined
}

export interface SignedIn {
  readonly session: Session
  readonly user: User
}

export interface Input {
  readonly params: Params
  /** The JSON body of endpoints with `body: 'json'`. */
  readonly json: unknown
  readonly request: RequestInfo
  /** Set when `caller` is `client`; `undefined` only for an anonymous caller that the endpoint allows. */
  readonly client: Client | undefined
  /** To be told which client a bearer's token is of: what it registered decides who may read the answer. */
  readonly onClient?: ((client: Client) => void) | undefined
  /** Set when `caller` is `session` and a live session exists. */
  readonly signedIn: SignedIn | undefined
}

/**
 * What a network may ask for less often than for the rest. `credentials`: tries, changes or asks for a
 * password, a second factor or a link; `registration`: makes a client. `asset`: a file of a page, counted apart.
 */
export type RateClass = 'credentials' | 'registration' | 'asset'

/** Heading under which an endpoint is documented. */
export type Tag =
  | 'OAuth2'
  | 'Client Management'
  | 'Token Management'
  | 'Admin'
  | 'Observability'
  | 'Accounts'

/** What is sent as `Authorization: Bearer`, by what it proves. */
export type BearerKind =
  | 'access_token'
  | 'admin_token'
  | 'initial_access_token'
  | 'registration_token'
  | 'ingest_token'
  | 'reader_token'

/** One more thing that an endpoint may answer, for its documentation. */
export interface Answer {
  readonly status: number
  /** What it means, as a sentence. */
  readonly says: string
  /** Media type; absent: no body. */
  readonly type?: string
  /** Of a JSON body. */
  readonly schema?: TSchema
}

export interface Endpoint {
  readonly id: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Compared byte for byte; a last segment `*` stands for one plain segment, such as an id. */
  readonly path: string
  /** The section that defines it, or what the page is for. */
  readonly spec: string
  readonly summary: string
  /** Absent: a page for people. */
  readonly tag?: Tag
  readonly caller: Caller
  /** For `caller: 'client'`: whether `none` clients may call (they prove themselves in the grant). */
  readonly allowsPublicClient?: boolean
  /** Whether a missing client authentication reaches the handler (public introspection). */
  readonly allowsAnonymous?: (services: Services) => boolean
  /** `form`: x-www-form-urlencoded only (415 otherwise); `json`: application/json only. */
  readonly body: 'none' | 'form' | 'json'
  /** Refuse repeated parameters before the handler; the authorization endpoint decides itself. */
  readonly duplicates?: 'handler'
  /** Bearer tokens of which it takes one, where it reads the Authorization header itself. */
  readonly bearer?: readonly BearerKind[]
  /** Whether it also answers who shows none, perhaps with less. */
  readonly allowsNoBearer?: (settings: OAuthSettings) => boolean
  /** What is read of the query, the form or the JSON body; for documentation and validation. */
  readonly parameters?: TSchema
  /** Header fields of its own that it reads. */
  readonly headers?: TObject
  /** Name of the open last segment of the path. */
  readonly segment?: string
  /** The success body; undeclared fields never leave the server. */
  readonly response?: TSchema
  /** Its status, where that is not 200. */
  readonly responseStatus?: number
  /** What it answers besides. With `caller: 'session'` and no `response` that is a page or a redirect. */
  readonly answers?: readonly Answer[]
  /** Codes of refusals that do not follow from its caller, its body and its tokens. */
  readonly refuses?: readonly OAuthErrorCode[]
  /** Absent: always. Where it is off it refuses everybody, and nothing speaks of it. */
  readonly isOn?: (settings: OAuthSettings) => boolean
  /** Under which name discovery lists the endpoint, e.g. `token_endpoint`. */
  readonly discoveryName?: string
  /** Whether browsers of configured origins may call it (CORS). */
  readonly cors?: boolean
  /** Absent: counted like everything else of its network. */
  readonly rateClass?: RateClass
  handle(input: Input, services: Services): Promise<Reply> | Reply
}

/** An access token that was looked up and found live. */
export interface LiveToken {
  readonly token: AccessToken
  readonly client: Client
}
