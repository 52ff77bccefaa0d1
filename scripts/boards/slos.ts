// Owns: what the server promises, and the recording and alerting rules that follow from it.
const PREFIX = 'oauth2_server_'
const WINDOWS = ['5m', '30m', '1h', '2h', '6h', '1d', '3d'] as const

export interface Slo {
  readonly name: string
  readonly objective: number
  readonly says: string
  readonly alert: string
  /** Bad and all requests of a window, as rates. */
  readonly bad: (window: string) => string
  readonly all: (window: string) => string
}

const TOKEN = 'method="POST",route="/oauth/token"'
const requests = (labels: string, window: string) =>
  `sum(rate(${PREFIX}http_requests_total_by_route{${labels}}[${window}]))`
const durations = (part: string, labels: string, window: string) =>
  `sum(rate(${PREFIX}http_request_duration_seconds_by_route_${part}{${labels}}[${window}]))`
const ANSWERED = `${TOKEN},status!~"5..|aborted"`

export const SLOS: readonly Slo[] = [
  {
    name: 'token-availability',
    objective: 99.9,
    says: 'POST /oauth/token does not answer 5xx',
    alert: 'OAuth2ServerTokenHighErrorRate',
    bad: (window) => requests(`${TOKEN},status=~"5.."`, window),
    all: (window) => requests(TOKEN, window),
  },
  {
    name: 'token-latency-500ms',
    objective: 99,
    says: 'POST /oauth/token answers within 500 ms, errors of the server left out',
    alert: 'OAuth2ServerTokenHighLatency',
    bad: (window) =>
      `${durations('count', ANSWERED, window)} - ${durations('bucket', `${ANSWERED},le="0.5"`, window)}`,
    all: (window) => durations('count', ANSWERED, window),
  },
]

/** Fewer requests than this in a second say nothing about a rate: one failure would page somebody. */
const QUIET = 0.05

export function sloRules(): string {
  const lines = [
    '# Made by `node scripts/boards.ts` of scripts/boards/slos.ts: change that, not this.',
    '# Names are those that Sloth gives, so that boards made for it work.',
    'groups:',
  ]
  for (const slo of SLOS) lines.push(...recordings(slo), ...metadata(slo), ...alerts(slo))
  return `${lines.join('\n')}\n`
}

const labelsOf = ({ name }: Slo) => `sloth_service="oauth2-server",sloth_slo="${name}"`

function recordings(slo: Slo): string[] {
  const rule = (window: string, expr: string) => [
    `      - record: slo:sli_error:ratio_rate${window}`,
    '        expr: |-',
    ...expr.split('\n').map((line) => `          ${line}`),
    '        labels:',
    '          sloth_service: oauth2-server',
    `          sloth_slo: ${slo.name}`,
  ]
  return [
    `  - name: sloth-slo-sli-recordings-oauth2-server-${slo.name}`,
    '    rules:',
    ...WINDOWS.flatMap((window) =>
      // Where nothing is bad yet there is no such series; no answer at all is no ratio.
      rule(
        window,
        `((${slo.bad(window)}) or (${slo.all(window)} * 0))\n/\n(${slo.all(window)} > 0)`,
      ),
    ),
    ...rule('30d', `avg_over_time(slo:sli_error:ratio_rate5m{${labelsOf(slo)}}[30d])`),
  ]
}

function metadata(slo: Slo): string[] {
  const budget = round(1 - slo.objective / 100)
  const rule = (record: string, expr: string) => [
    `      - record: ${record}`,
    `        expr: ${expr}`,
    '        labels:',
    '          sloth_service: oauth2-server',
    `          sloth_slo: ${slo.name}`,
  ]
  const labels = labelsOf(slo)
  return [
    `  - name: sloth-slo-meta-recordings-oauth2-server-${slo.name}`,
    '    rules:',
    ...rule('slo:objective:ratio', `vector(${round(slo.objective / 100)})`),
    ...rule('slo:error_budget:ratio', `vector(${budget})`),
    ...rule('slo:time_period:days', 'vector(30)'),
    ...rule('slo:current_burn_rate:ratio', `slo:sli_error:ratio_rate5m{${labels}} / ${budget}`),
    ...rule('slo:period_burn_rate:ratio', `slo:sli_error:ratio_rate30d{${labels}} / ${budget}`),
    ...rule(
      'slo:period_error_budget_remaining:ratio',
      `1 - slo:sli_error:ratio_rate30d{${labels}} / ${budget}`,
    ),
  ]
}

/** Multiwindow burn rates: the long window says that it matters, the short one that it goes on. */
const PAGE = [
  [14.4, '1h', '5m'],
  [6, '6h', '30m'],
] as const
const TICKET = [
  [3, '1d', '2h'],
  [1, '3d', '6h'],
] as const

function alerts(slo: Slo): string[] {
  const budget = round(1 - slo.objective / 100)
  const burns = (pairs: typeof PAGE | typeof TICKET) =>
    pairs
      .map(([factor, long, short]) => {
        const over = (window: string) =>
          `slo:sli_error:ratio_rate${window}{${labelsOf(slo)}} > ${round(factor * budget)}`
        return `(${over(long)} and ${over(short)})`
      })
      .join('\nor\n')
  const rule = (severity: 'page' | 'ticket', expr: string) => [
    `      - alert: ${slo.alert}`,
    '        expr: |-',
    ...`(\n${expr}\n)\nand on() (${slo.all('1h')} > ${QUIET})`
      .split('\n')
      .map((line) => `          ${line}`),
    '        labels:',
    `          severity: ${severity === 'page' ? 'critical' : 'warning'}`,
    `          sloth_severity: ${severity}`,
    '        annotations:',
    `          summary: the promise "${slo.says}" (${slo.objective} %) is being spent too fast`,
    `          runbook: docs/runbooks/${slo.alert}.md`,
  ]
  return [
    `  - name: sloth-slo-alerts-oauth2-server-${slo.name}`,
    '    rules:',
    ...rule('page', burns(PAGE)),
    ...rule('ticket', burns(TICKET)),
  ]
}

function round(value: number): number {
  return Number(value.toFixed(6))
}
