// Owns: the boards: which questions they answer, in which order.
import type { Board, Panel } from './panels.ts'
import { SLOS } from './slos.ts'

const P = 'oauth2_server_'
const rate = (metric: string, by?: string, labels = '') =>
  `sum${by === undefined ? '' : ` by (${by})`} (rate(${P}${metric}${labels === '' ? '' : `{${labels}}`}[$__rate_interval]))`
const quantile = (share: number, metric: string, by = '', labels = '') =>
  `histogram_quantile(${share}, sum by (le${by === '' ? '' : `, ${by}`}) (rate(${P}${metric}_bucket${labels === '' ? '' : `{${labels}}`}[$__rate_interval])))`

export const OVERVIEW: Board = {
  uid: 'oauth2-server-overview',
  title: 'OAuth2 server: overview',
  rows: [
    {
      title: 'Requests',
      panels: [
        {
          title: 'Requests per second',
          says: 'All answers.',
          unit: 'reqps',
          width: 8,
          shows: [[rate('http_requests_total'), 'requests']],
        },
        {
          title: '5xx',
          says: 'Share of answers that are faults of the server or of what is behind it.',
          unit: 'percentunit',
          width: 8,
          shows: [
            [
              `${rate('http_requests_by_class_total', undefined, 'status_class="5xx"')} / ${rate('http_requests_total')}`,
              '5xx',
            ],
          ],
        },
        {
          title: 'Latency',
          says: 'From the first hook to the answer.',
          unit: 's',
          width: 8,
          shows: [
            [quantile(0.5, 'http_request_duration_seconds'), 'p50'],
            [quantile(0.95, 'http_request_duration_seconds'), 'p95'],
            [quantile(0.99, 'http_request_duration_seconds'), 'p99'],
          ],
        },
        {
          title: 'Requests by route',
          says: 'The ten busiest.',
          unit: 'reqps',
          shows: [[`topk(10, ${rate('http_requests_total_by_route', 'route')})`, '{{route}}']],
        },
        {
          title: '5xx by route',
          says: 'Where faults are.',
          unit: 'reqps',
          shows: [
            [`${rate('http_requests_total_by_route', 'route', 'status=~"5.."')}`, '{{route}}'],
          ],
        },
        {
          title: 'What is refused',
          says: 'By kind of the error.',
          unit: 'reqps',
          shows: [[rate('errors_total', 'kind'), '{{kind}}']],
        },
        {
          title: 'Under way',
          says: 'Requests that are being worked on.',
          unit: 'short',
          shows: [[`sum(${P}concurrent_requests_in_flight)`, 'requests']],
        },
      ],
    },
    {
      title: 'Tokens and people',
      panels: [
        {
          title: 'Tokens issued per second',
          says: 'By grant.',
          unit: 'ops',
          width: 8,
          shows: [
            [
              rate('tokens_issued_total', 'grant', 'token_type="access",outcome="issued"'),
              '{{grant}}',
            ],
            [rate('oauth_token_issued_total'), 'all'],
          ],
        },
        {
          title: 'Token requests refused',
          says: 'After the client was proven.',
          unit: 'ops',
          width: 8,
          shows: [[rate('token_requests_refused_total', 'error'), '{{error}}']],
        },
        {
          title: 'Stock',
          says: 'Counted once a minute.',
          unit: 'short',
          width: 8,
          shows: [
            [`max(${P}oauth_active_tokens)`, 'active tokens'],
            [`max(${P}oauth_clients_total)`, 'clients'],
          ],
        },
        {
          title: 'Sign-ins',
          says: 'By what was shown and how they ended.',
          unit: 'ops',
          width: 8,
          shows: [[rate('logins_total', 'method, outcome'), '{{method}} {{outcome}}']],
        },
        {
          title: 'Failed authentications',
          says: 'Of people and of clients.',
          unit: 'ops',
          width: 8,
          shows: [
            [rate('oauth_failed_authentications'), 'all'],
            [rate('client_auth_failures_total', 'method'), 'client, {{method}}'],
          ],
        },
        {
          title: 'Consents and codes',
          says: 'What people decided; codes that followed.',
          unit: 'ops',
          width: 8,
          shows: [
            [rate('consents_total', 'decision'), '{{decision}}'],
            [rate('oauth_authorization_codes_issued'), 'codes'],
          ],
        },
        {
          title: 'Refresh tokens that came again',
          says: 'Theft, or a client that lost its answer: in the last hour.',
          unit: 'short',
          kind: 'stat',
          width: 6,
          shows: [[`sum(increase(${P}refresh_reuse_detected_total[1h]))`, 'reuse']],
        },
        {
          title: 'Age of the signing keys',
          says: 'Of those that sign now.',
          unit: 's',
          kind: 'stat',
          width: 6,
          shows: [[`max by (alg) (${P}signing_key_age_seconds)`, '{{alg}}']],
        },
        {
          title: 'Revocations',
          says: 'Of tokens and families.',
          unit: 'ops',
          width: 12,
          shows: [[rate('oauth_token_revoked_total'), 'revocations']],
        },
      ],
    },
    {
      title: 'What it stands on',
      panels: [
        {
          title: 'Database',
          says: 'Calls and how long the slowest twentieth takes.',
          unit: 's',
          width: 8,
          shows: [
            [quantile(0.95, 'db_query_duration_seconds'), 'p95'],
            [
              'histogram_quantile(0.95, sum by (le) (rate(db_client_operation_duration_seconds_bucket{db_operation_name="commit"}[$__rate_interval])))',
              'commit p95',
            ],
          ],
        },
        {
          title: 'Database calls',
          says: 'And those that failed.',
          unit: 'ops',
          width: 8,
          shows: [
            [rate('db_queries_total'), 'calls'],
            [rate('db_query_failures_total'), 'failed'],
          ],
        },
        {
          title: 'Password hashing',
          says: 'How many wait, and how long.',
          unit: 'short',
          width: 8,
          shows: [
            [`sum(${P}password_hash_waiting)`, 'waiting'],
            [quantile(0.95, 'password_hash_wait_seconds'), 'wait p95 (s)'],
          ],
        },
        {
          title: 'Event loop',
          says: 'How late it is in the busiest process.',
          unit: 's',
          width: 8,
          shows: [
            [`max(${P}event_loop_delay_seconds{share="p99"})`, 'p99'],
            [`max(${P}event_loop_delay_seconds{share="max"})`, 'max'],
          ],
        },
        {
          title: 'Memory',
          says: 'Of all processes together.',
          unit: 'bytes',
          width: 8,
          shows: [
            ['sum(process_resident_memory_bytes)', 'resident'],
            ['sum(nodejs_heap_size_used_bytes)', 'heap'],
          ],
        },
        {
          title: 'Actors',
          says: 'How long messages wait for their turn.',
          unit: 's',
          width: 8,
          shows: [[quantile(0.99, 'actor_wait_seconds', 'actor'), '{{actor}} p99']],
        },
        {
          title: 'Events',
          says: 'Handed to backends, by how that went.',
          unit: 'ops',
          width: 8,
          shows: [[rate('events_published_total', 'backend, outcome'), '{{backend}} {{outcome}}']],
        },
        {
          title: 'Events that wait',
          says: 'In memory and in the outbox; age of the oldest.',
          unit: 'short',
          width: 8,
          shows: [
            [`sum by (backend) (${P}events_waiting)`, '{{backend}} in memory'],
            [`max by (backend) (${P}outbox_waiting)`, '{{backend}} stored'],
            [`max by (backend) (${P}outbox_lag_seconds)`, '{{backend}} lag (s)'],
            [`max(${P}outbox_dead_letters)`, 'dead letters'],
          ],
        },
        {
          title: 'Requests to others',
          says: 'By what for and how they ended.',
          unit: 'reqps',
          width: 8,
          shows: [
            [
              rate('http_client_requests_total', 'peer_service, http_status_code'),
              '{{peer_service}} {{http_status_code}}',
            ],
          ],
        },
        {
          title: 'Limits and resilience',
          says: 'What was turned away, and why; circuits that are open.',
          unit: 'short',
          width: 12,
          shows: [
            [rate('rate_limit_rejected_total'), 'rate limit'],
            [rate('back_pressure_rejected_total'), 'overload'],
            [rate('bulkhead_rejected_total', 'bulkhead'), '{{bulkhead}}'],
            [`max by (circuit) (${P}circuit_breaker_state)`, 'circuit {{circuit}}'],
          ],
        },
        {
          title: 'Mails that wait',
          says: 'Counted once a minute.',
          unit: 'short',
          width: 12,
          shows: [[`max(${P}mail_queue)`, 'mails']],
        },
      ],
    },
  ],
}

const slo = (name: string) => `sloth_service="oauth2-server",sloth_slo="${name}"`

export const SLO_BOARD: Board = {
  uid: 'oauth2-server-slos',
  title: 'OAuth2 server: service levels',
  rows: [
    ...SLOS.map(({ name, says, objective }) => ({
      title: `${name}: ${says} (${objective} %)`,
      panels: [
        {
          title: 'Error budget left (30 d)',
          says: 'Below zero the promise of these 30 days is broken.',
          unit: 'percentunit',
          kind: 'stat',
          width: 6,
          shows: [[`slo:period_error_budget_remaining:ratio{${slo(name)}}`, 'left']],
        },
        {
          title: 'Burn rate (5 m)',
          says: '1 spends the budget in exactly 30 days.',
          unit: 'none',
          kind: 'stat',
          width: 6,
          shows: [[`slo:current_burn_rate:ratio{${slo(name)}}`, 'burn rate']],
        },
        {
          title: 'Share of errors',
          says: 'Against what is promised.',
          unit: 'percentunit',
          width: 12,
          shows: [
            [`slo:sli_error:ratio_rate5m{${slo(name)}}`, '5 m'],
            [`slo:sli_error:ratio_rate1h{${slo(name)}}`, '1 h'],
            [`slo:error_budget:ratio{${slo(name)}}`, 'allowed'],
          ],
        },
      ] satisfies Panel[],
    })),
    {
      title: 'All promises',
      panels: [
        {
          title: 'Burn rate',
          says: 'How fast each budget is spent.',
          unit: 'none',
          width: 24,
          shows: [['slo:current_burn_rate:ratio{sloth_service="oauth2-server"}', '{{sloth_slo}}']],
        },
      ],
    },
  ],
}

export const BOARDS: readonly Board[] = [OVERVIEW, SLO_BOARD]
