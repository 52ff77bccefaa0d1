// oidc-provider doing the same work: FORMAT=jwt|opaque, ADAPTER=memory|sqlite. Over IPC it makes codes
// and refresh tokens to spend, as grantd's are made through its storage.
import { createHash, generateKeyPairSync } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
// @ts-expect-error the package has no types
import Provider from 'oidc-provider'
import { CLIENT, REDIRECT, RESOURCE, VERIFIER } from '../credentials.ts'

const { PORT, FORMAT, ADAPTER, DATABASE = '' } = process.env
const issuer = `http://127.0.0.1:${PORT}`
const KEPT = 300_000

type Payload = Record<string, unknown> & { consumed?: number }

/** Bounded by age, so that a long run does not measure its own garbage. */
const memory = new Map<string, Payload>()

class MemoryAdapter {
  readonly #model: string
  constructor(model: string) {
    this.#model = model
  }
  async upsert(id: string, payload: Payload): Promise<void> {
    if (memory.size >= KEPT) {
      const oldest = memory.keys().next().value
      if (oldest !== undefined) memory.delete(oldest)
    }
    memory.set(`${this.#model}:${id}`, payload)
  }
  async find(id: string): Promise<Payload | undefined> {
    return memory.get(`${this.#model}:${id}`)
  }
  async consume(id: string): Promise<void> {
    const found = memory.get(`${this.#model}:${id}`)
    if (found !== undefined) found.consumed = Math.floor(Date.now() / 1_000)
  }
  async destroy(id: string): Promise<void> {
    memory.delete(`${this.#model}:${id}`)
  }
  async findByUid(): Promise<undefined> {}
  async findByUserCode(): Promise<undefined> {}
  async revokeByGrantId(): Promise<void> {}
}

/** One row an object, one commit an operation, every commit on disk before it is answered. */
function sqliteAdapter(): new (model: string) => object {
  const database = new DatabaseSync(DATABASE)
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    CREATE TABLE IF NOT EXISTS models (id TEXT PRIMARY KEY, payload TEXT NOT NULL, expires_at INTEGER)`)
  const put = database.prepare('INSERT OR REPLACE INTO models VALUES (?, ?, ?)')
  const get = database.prepare('SELECT payload FROM models WHERE id = ?')
  const remove = database.prepare('DELETE FROM models WHERE id = ?')
  return class {
    readonly #model: string
    constructor(model: string) {
      this.#model = model
    }
    async upsert(id: string, payload: Payload, expiresIn?: number): Promise<void> {
      put.run(`${this.#model}:${id}`, JSON.stringify(payload), expiresIn ?? null)
    }
    async find(id: string): Promise<Payload | undefined> {
      const row = get.get(`${this.#model}:${id}`)
      return row && (JSON.parse(String(row.payload)) as Payload)
    }
    async consume(id: string): Promise<void> {
      const found = await this.find(id)
      if (found !== undefined) await this.upsert(id, { ...found, consumed: Date.now() / 1_000 })
    }
    async destroy(id: string): Promise<void> {
      remove.run(`${this.#model}:${id}`)
    }
    async findByUid(): Promise<undefined> {}
    async findByUserCode(): Promise<undefined> {}
    async revokeByGrantId(): Promise<void> {}
  }
}

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const jwk = { ...privateKey.export({ format: 'jwk' }), kid: 'k1', use: 'sig', alg: 'ES256' }
const provider = new Provider(issuer, {
  adapter: ADAPTER === 'sqlite' ? sqliteAdapter() : MemoryAdapter,
  jwks: { keys: [jwk] },
  scopes: ['openid', 'offline_access', 'read', 'write'],
  rotateRefreshToken: true,
  ttl: { AuthorizationCode: 3_600, RefreshToken: 86_400, Grant: 86_400 },
  clients: [
    {
      client_id: CLIENT.id,
      client_secret: CLIENT.secret,
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
      redirect_uris: [REDIRECT],
      response_types: ['code'],
      token_endpoint_auth_method: 'client_secret_post',
      id_token_signed_response_alg: 'ES256',
      scope: 'openid offline_access read write',
    },
  ],
  findAccount: async (_context: unknown, id: string) => ({
    accountId: id,
    claims: async () => ({ sub: id }),
  }),
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    resourceIndicators: {
      enabled: FORMAT === 'jwt',
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope: 'read write',
        audience: RESOURCE,
        accessTokenTTL: 3_600,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'ES256' } },
      }),
    },
  },
})

/** Values to spend, of one grant. */
async function make(kind: 'codes' | 'refresh', count: number): Promise<string[]> {
  const grant = new provider.Grant({ accountId: 'user', clientId: CLIENT.id })
  grant.addOIDCScope('openid offline_access')
  grant.addResourceScope(RESOURCE, 'read write')
  const grantId = await grant.save()
  const client = await provider.Client.find(CLIENT.id)
  const common = {
    accountId: 'user',
    client,
    grantId,
    gty: 'authorization_code',
    scope: 'openid offline_access read',
    resource: RESOURCE,
    authTime: Math.floor(Date.now() / 1_000),
    claims: {},
  }
  const values: string[] = []
  for (let made = 0; made < count; made++) {
    const model =
      kind === 'refresh'
        ? new provider.RefreshToken({ ...common, rotations: 0, iiat: common.authTime })
        : new provider.AuthorizationCode({
            ...common,
            redirectUri: REDIRECT,
            codeChallenge: createHash('sha256').update(VERIFIER).digest('base64url'),
            codeChallengeMethod: 'S256',
          })
    values.push(await model.save(3_600))
  }
  return values
}

process.on('message', (question: { make: 'codes' | 'refresh'; count: number }) => {
  make(question.make, question.count).then((values) => process.send?.(values))
})
process.on('disconnect', () => process.exit())
process.on('SIGTERM', () => process.exit())
provider.listen(Number(PORT), '127.0.0.1')
