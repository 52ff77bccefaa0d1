// Owns: what is counted of the acts of people and clients. Does not own: where they are told of
// (EventRecorder and the endpoints of @grantd/oauth). Start here: `ActMetrics`.
import type {
  ActObserver,
  AuditAction,
  AuditRecord,
  Change,
  NewEvent,
  Session,
} from '@grantd/domain'
import { type CounterCell, type MetricRegistry, OTHER } from '@grantd/telemetry'

type Refused = Parameters<ActObserver['authorizationRefused']>[0]

/** The cells of one grant type, found once. */
interface GrantCells {
  readonly access: CounterCell
  readonly refresh: CounterCell
  readonly id: CounterCell
}

export class ActMetrics implements ActObserver {
  readonly #issued: CounterCell
  readonly #codes: CounterCell
  readonly #authorized: CounterCell
  readonly #failed: CounterCell
  readonly #grants: ReadonlyMap<string, GrantCells>
  readonly #ofAction: Readonly<Partial<Record<AuditAction, readonly CounterCell[]>>>
  readonly #acts: (action: string) => CounterCell
  readonly #loggedIn: (session: Session) => CounterCell
  readonly #failedLogins: Readonly<Record<'password' | 'provider', CounterCell>>
  readonly #tokenRefused: (grant: string, code: string) => void
  readonly #authorizationRefused: (code: Refused) => void
  readonly #clientRefused: (proof: string) => CounterCell

  constructor(registry: MetricRegistry, grantTypes: readonly string[]) {
    this.#issued = registry
      .counter({ name: 'oauth_token_issued_total', help: 'Access tokens that were issued.' })
      .cell()
    const revoked = registry
      .counter({
        name: 'oauth_token_revoked_total',
        help: 'Revocations of tokens, each of one token or of a whole family.',
      })
      .cell()
    this.#codes = registry
      .counter({ name: 'oauth_authorization_codes_issued', help: 'Authorization codes issued.' })
      .cell()
    this.#failed = registry
      .counter({
        name: 'oauth_failed_authentications',
        help: 'Failed proofs: of people (password, second factor) and of clients.',
      })
      .cell()
    const tokens = registry.counter({
      name: 'tokens_issued_total',
      help: 'Tokens by grant and kind; `refused`: token requests that got none.',
      labels: ['grant', 'token_type', 'outcome'],
    })
    const cellsOf = (grant: string): GrantCells => ({
      access: tokens.cell(grant, 'access', 'issued'),
      refresh: tokens.cell(grant, 'refresh', 'issued'),
      id: tokens.cell(grant, 'id', 'issued'),
    })
    this.#grants = new Map([...grantTypes, OTHER].map((grant) => [grant, cellsOf(grant)]))
    const refusals = registry.counter({
      name: 'token_requests_refused_total',
      help: 'Token requests that were refused after the client was proven, by the error they got.',
      labels: ['grant', 'error'],
    })
    this.#tokenRefused = (asked, code) => {
      const grant = this.#grants.has(asked) ? asked : OTHER
      tokens.cell(grant, 'access', 'refused').value++
      refusals.cell(grant, code).value++
    }
    const authorizations = registry.counter({
      name: 'authorize_requests_total',
      help: 'Authorization requests by how they ended; `page`: an error page of ours, because nobody proved where an answer may go.',
      labels: ['outcome', 'error'],
    })
    this.#authorized = authorizations.cell('issued', '')
    this.#authorizationRefused = (code) => {
      const isPage = code === 'page'
      authorizations.cell(isPage ? 'page' : 'refused', isPage ? '' : code).value++
    }
    const logins = registry.counter({
      name: 'logins_total',
      help: 'Sign-ins by what was shown and how they ended.',
      labels: ['method', 'outcome'],
    })
    // There from the start: a rule that compares failures with them must not find nothing.
    for (const method of LOGIN_METHODS) logins.cell(method, 'success')
    this.#failedLogins = {
      password: logins.cell('password', 'failed'),
      provider: logins.cell('provider', 'failed'),
    }
    this.#loggedIn = ({ amr }) => logins.cell(methodOf(amr), 'success')
    const clientFailures = registry.counter({
      name: 'client_auth_failures_total',
      help: 'Clients that did not prove who they are, by what they showed.',
      labels: ['method'],
    })
    this.#clientRefused = (proof) => clientFailures.cell(proof)
    const consents = registry.counter({
      name: 'consents_total',
      help: 'Decisions of people about applications.',
      labels: ['decision'],
    })
    const reuse = registry.counter({
      name: 'refresh_reuse_detected_total',
      help: 'Refresh tokens that came again after their grace: theft, or a client that lost its answer.',
    })
    const acts = registry.counter({
      name: 'acts_total',
      help: 'Everything that the audit log has a line of, by what it is.',
      labels: ['action'],
    })
    this.#acts = (action) => acts.cell(action)
    this.#ofAction = {
      'token.revoked': [revoked],
      'refresh.reused': [reuse.cell()],
      'consent.granted': [consents.cell('granted')],
      'consent.denied': [consents.cell('denied')],
      'consent.withdrawn': [consents.cell('withdrawn')],
      'login.failed': [this.#failed],
      'login.throttled': [logins.cell('password', 'throttled')],
      'factor.failed': [logins.cell('second_factor', 'failed'), this.#failed],
      'factor.throttled': [logins.cell('second_factor', 'throttled')],
    }
  }

  committed(changes: readonly Change[], events: readonly NewEvent[]): void {
    let hasRefresh = false
    for (const change of changes) {
      switch (change.kind) {
        case 'token.insert':
          this.#issued.value++
          break
        case 'refresh.insert':
          hasRefresh = true
          break
        case 'code.insert':
          this.#codes.value++
          this.#authorized.value++
          break
        case 'session.insert':
          this.#loggedIn(change.session).value++
          break
        case 'audit.insert':
          this.#acted(change.record)
          break
      }
    }
    for (const event of events) if (event.type === 'token_created') this.#granted(event, hasRefresh)
  }

  clientRefused(proof: 'secret' | 'assertion' | 'none'): void {
    this.#failed.value++
    this.#clientRefused(proof).value++
  }

  tokenRefused(grantType: string | undefined, code: string): void {
    this.#tokenRefused(grantType ?? OTHER, code)
  }

  authorizationRefused(code: Refused): void {
    this.#authorizationRefused(code)
  }

  #acted({ action, metadata }: AuditRecord): void {
    this.#acts(action).value++
    if (action === 'login.failed')
      this.#failedLogins[metadata.provider === undefined ? 'password' : 'provider'].value++
    const cells = this.#ofAction[action]
    if (cells !== undefined) for (const cell of cells) cell.value++
  }

  #granted({ userId, metadata }: NewEvent, hasRefresh: boolean): void {
    const cells = this.#grants.get(metadata?.grant_type ?? '') ?? this.#grants.get(OTHER)
    if (cells === undefined) return
    cells.access.value++
    if (hasRefresh) cells.refresh.value++
    // As `issueTokens` decides it: a person behind the grant, and openid among what was asked for.
    if (userId !== undefined && /(?:^| )openid(?: |$)/.test(metadata?.scope ?? '')) cells.id.value++
  }
}

const LOGIN_METHODS = [
  'password',
  'password_and_second_factor',
  'provider',
  'provider_and_second_factor',
  'passkey',
] as const

/** By what `amr` says (RFC 8176): `pwd` the password, `fed` another provider; with neither it was a passkey. */
function methodOf(amr: readonly string[]): (typeof LOGIN_METHODS)[number] {
  const first = amr.includes('pwd') ? 'password' : amr.includes('fed') ? 'provider' : undefined
  if (first === undefined) return 'passkey'
  return amr.length === 1 ? first : `${first}_and_second_factor`
}
