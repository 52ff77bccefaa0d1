// Owns: telling clients by back-channel that a session is over (OIDC Back-Channel Logout §2.5), from a
// queue in storage. Does not own: ending the session, which queues it (sessions/session-life.ts).
import { after, type Client, type LogoutDelivery, nowSeconds } from '@grantd/domain'
import { auditChange } from '../audit.ts'
import { OutboundError } from '../outbound/outbound-http.ts'
import type { Services } from '../services.ts'
import { idTokenAlgorithm } from '../tokens/id-token.ts'

type LogoutPorts = Pick<
  Services,
  'storage' | 'clock' | 'random' | 'ids' | 'settings' | 'keyring' | 'subjects' | 'outbound' | 'log'
>

/** Seconds until the next attempt, by attempts made; the last one is the end of it. */
const BACKOFF = [10, 60, 300, 1_800, 7_200, 21_600]
const BATCH = 32
/** Calls under way at once: a slow client must not hold up the others. */
const WIDTH = 8
const LIFETIME = 120
const EVENT = 'http://schemas.openid.net/event/backchannel-logout'

/** One per process. An attempt claims its row first, so two processes never make the same one. */
export class LogoutActor {
  readonly #ports: LogoutPorts

  constructor(ports: LogoutPorts) {
    this.#ports = ports
  }

  /** Makes the attempts that are due; resolves to how many it made. Never throws for a client's fault. */
  async deliver(): Promise<number> {
    const { storage, clock } = this.#ports
    const due = [...(await storage.logoutDeliveries.listDue(nowSeconds(clock), BATCH))]
    const made = due.length
    const lane = async () => {
      for (let next = due.shift(); next !== undefined; next = due.shift()) await this.#attempt(next)
    }
    await Promise.all(Array.from({ length: WIDTH }, lane))
    return made
  }

  async #attempt(delivery: LogoutDelivery): Promise<void> {
    const { storage, clock } = this.#ports
    const pause = BACKOFF[delivery.attempts]
    const claim = {
      kind: 'logoutDelivery.claim',
      id: delivery.id,
      attempts: delivery.attempts,
      nextAttemptAt: after(nowSeconds(clock), pause ?? LIFETIME),
    } as const
    if ((await storage.commit([claim])).outcome === 'refused') return // another process has it
    const client = await storage.clients.find(delivery.clientId)
    const uri = client?.metadata.backchannel_logout_uri
    if (client === undefined || uri === undefined || !client.isEnabled) {
      await storage.commit([{ kind: 'logoutDelivery.delete', id: delivery.id }])
      return
    }
    const failure = await this.#call(client, uri, delivery)
    if (failure === undefined) await this.#finish(delivery, 'logout.delivered', {})
    else if (pause === undefined) await this.#finish(delivery, 'logout.failed', { reason: failure })
  }

  /** Why the call came to nothing; `undefined` when the client took it. */
  async #call(client: Client, uri: string, delivery: LogoutDelivery): Promise<string | undefined> {
    try {
      const token = await this.#mint(client, delivery)
      const { status } = await this.#ports.outbound.postForm(uri, { logout_token: token })
      if (status === 200 || status === 204) return undefined
      return this.#warn(client, `the client answered ${status}`)
    } catch (error) {
      return this.#warn(client, error instanceof OutboundError ? error.message : 'error', error)
    }
  }

  /** Another `jti` for each attempt: a client that keeps them would take a retry for a replay (T144). */
  async #mint(client: Client, delivery: LogoutDelivery): Promise<string> {
    const { keyring, settings, subjects, clock, random } = this.#ports
    const iat = nowSeconds(clock)
    const claims = {
      iss: settings.issuer,
      aud: client.id,
      iat,
      exp: after(iat, LIFETIME),
      jti: random.base64url(16),
      sub: subjects.of(client, delivery.userId),
      sid: delivery.sid,
      events: { [EVENT]: {} },
    }
    await keyring.confirm()
    const signer = keyring.activeSigner(idTokenAlgorithm(client, settings))
    return signer.sign(JSON.stringify(claims), 'logout+jwt')
  }

  #warn(client: Client, reason: string, error?: unknown): string {
    this.#ports.log.warn(
      { client: client.id, reason, err: error },
      'a client could not be told of a logout',
    )
    return reason
  }

  async #finish(
    delivery: LogoutDelivery,
    action: 'logout.delivered' | 'logout.failed',
    metadata: Readonly<Record<string, string>>,
  ): Promise<void> {
    await this.#ports.storage.commit([
      { kind: 'logoutDelivery.delete', id: delivery.id },
      auditChange(
        {
          action,
          actor: delivery.userId,
          targetKind: 'client',
          targetId: delivery.clientId,
          metadata,
        },
        this.#ports,
      ),
    ])
  }
}
