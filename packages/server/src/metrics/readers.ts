// Owns: who may read what the server counts, and how its dependencies are, on the main port.
import { hashSecret, type SecretHash, sameHash } from '@grantd/domain'
import { type Input, requireAdminRequest, type Services } from '@grantd/oauth'
import type { Settings } from '../config/settings.ts'

const BEARER = /^Bearer ([A-Za-z0-9\-._~+/]{1,512}=*)$/i

/** The token of the configuration, or the access token of an administrator. Never throws for a stranger. */
export class Readers {
  readonly #tokenHash: SecretHash | undefined
  readonly #isPublic: boolean
  /** Whether there is anybody at all; else there need be nothing to read. */
  readonly exist: boolean

  constructor({ metrics, admin }: Pick<Settings, 'metrics' | 'admin'>) {
    this.#isPublic = metrics.public
    this.#tokenHash =
      metrics.bearer_token === undefined ? undefined : hashSecret(metrics.bearer_token)
    this.exist = metrics.public || metrics.bearer_token !== undefined || admin.client_ids.length > 0
  }

  async mayReadMetrics(input: Input, services: Services): Promise<boolean> {
    return this.#isPublic || (await this.mayReadDetail(input, services))
  }

  /** What names hosts and queues is for nobody else, also where metrics are for everybody. */
  async mayReadDetail(input: Input, services: Services): Promise<boolean> {
    const { authorization } = input.request.headers
    const shown = BEARER.exec(authorization ?? '')?.[1]
    if (shown === undefined) return false
    if (this.#tokenHash !== undefined && sameHash(hashSecret(shown), this.#tokenHash)) return true
    if (services.settings.adminClientIds.length === 0) return false
    try {
      await requireAdminRequest(input, services, 'reading metrics')
      return true
    } catch {
      return false // a stranger, or a database that cannot tell
    }
  }
}
