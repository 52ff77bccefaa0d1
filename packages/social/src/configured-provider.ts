import { type Clock, UpstreamError } from '@grantd/domain'
import type { ClientAuth, Configuration, ExportedJWKSCache } from 'openid-client'
import { upstreamFailure } from './failures.ts'
import type { ProviderDefinition, ProviderSettings, Upstream, UpstreamHttp } from './provider.ts'
import { fetchOver } from './upstream-fetch.ts'

type Library = typeof import('openid-client')

/** A provider with what its operator said of it. */
export interface ProviderChoice {
  readonly definition: ProviderDefinition
  readonly settings: ProviderSettings
}

interface Opened {
  readonly client: Library
  readonly config: Configuration
}

/** How long metadata are used; a provider that moves an endpoint keeps the old one for longer. */
const METADATA_MS = 3_600_000
/** The library knows no clock but the system's: by so much ours may drift before it is told anew. */
const DRIFT_SECONDS = 5

/** One provider that people can sign in with: its metadata and keys, read when they are first needed. */
export class ConfiguredProvider {
  readonly id: string
  readonly label: string
  readonly clientId: string
  readonly redirectUri: string
  readonly upstream: Upstream
  readonly #settings: ProviderSettings
  readonly #http: UpstreamHttp
  readonly #clock: Clock
  #opened: { readonly at: number; readonly skew: number; readonly value: Opened } | undefined
  #opening: Promise<Opened> | undefined
  #keys: ExportedJWKSCache | undefined

  constructor(
    { definition, settings }: ProviderChoice,
    ports: { readonly http: UpstreamHttp; readonly clock: Clock },
  ) {
    this.id = definition.id
    this.label = settings.label ?? definition.label
    this.clientId = settings.clientId
    this.redirectUri = settings.redirectUri
    this.upstream = definition.upstream(settings)
    this.#settings = settings
    this.#http = ports.http
    this.#clock = ports.clock
  }

  /** Whether the issuer stands for many tenants, each with an `iss` of its own. */
  get isManyTenants(): boolean {
    return this.#opened?.value.config.serverMetadata().issuer.includes('{tenantid}') === true
  }

  /** The library and its view of the provider. Those who come together wait for one answer. */
  async open(): Promise<Opened> {
    const skew = this.#skew
    const known = this.#opened
    const isCurrent =
      known !== undefined &&
      performance.now() - known.at < METADATA_MS &&
      Math.abs(known.skew - skew) <= DRIFT_SECONDS
    if (isCurrent) return known.value
    this.#opening ??= this.#open(skew).finally(() => {
      this.#opening = undefined
    })
    return this.#opening
  }

  /** Keys outlive the metadata they were found by; the library reads them again for an unknown `kid`. */
  keepKeys(client: Library, config: Configuration): void {
    this.#keys = client.getJwksCache(config) ?? this.#keys
  }

  /** A JSON document of the provider's API. */
  async ask(url: string, accessToken: string): Promise<unknown> {
    const headers = { accept: 'application/json', authorization: `Bearer ${accessToken}` }
    const answer = await this.#http.send(url, { method: 'GET', headers, body: undefined }, this.id)
    if (answer.status !== 200)
      throw new UpstreamError('unavailable', `profile: status ${answer.status}`)
    try {
      return JSON.parse(Buffer.from(answer.body).toString('utf8'))
    } catch {
      throw new UpstreamError('unavailable', 'profile: the answer is no JSON')
    }
  }

  get #skew(): number {
    return Math.round((this.#clock.nowMs() - Date.now()) / 1_000)
  }

  async #open(skew: number): Promise<Opened> {
    try {
      // On first use: a server without sign-ins of others never loads it.
      const client = await import('openid-client')
      const config = await this.#discover(client, skew)
      if (this.#keys !== undefined) client.setJwksCache(config, this.#keys)
      const value = { client, config }
      this.#opened = { at: performance.now(), skew, value }
      return value
    } catch (thrown) {
      // Whatever is wrong with metadata: nobody has answered yet whom one could disbelieve.
      throw new UpstreamError('unavailable', upstreamFailure('metadata', thrown).message)
    }
  }

  async #discover(client: Library, skew: number): Promise<Configuration> {
    const { clientId, clientSecret } = this.#settings
    const metadata = { [client.clockSkew]: skew }
    const fetch = fetchOver(this.#http, this.id)
    if (this.upstream.protocol === 'oauth') {
      const auth = client.ClientSecretPost(clientSecret)
      const config = new client.Configuration(this.upstream.server, clientId, metadata, auth)
      config[client.customFetch] = fetch
      return config
    }
    const { issuer } = this.upstream
    // The port lets plain http through to networks alone that an operator opened.
    const isPlain = issuer.startsWith('http://')
    return client.discovery(new URL(issuer), clientId, metadata, secretSent(client, clientSecret), {
      [client.customFetch]: fetch,
      execute: [
        client.enableNonRepudiationChecks,
        ...(isPlain ? [client.allowInsecureRequests] : []),
      ],
    })
  }
}

/**
 * In the form where the provider takes it there, since few agree on how Basic is written; what says
 * nothing takes Basic (OIDC Discovery §3).
 */
function secretSent(client: Library, secret: string): ClientAuth {
  const [post, basic] = [client.ClientSecretPost(secret), client.ClientSecretBasic(secret)]
  return (server, ...rest) => {
    const isPost = server.token_endpoint_auth_methods_supported?.includes('client_secret_post')
    return (isPost === true ? post : basic)(server, ...rest)
  }
}
