// Owns: the text of docs/reference/metrics.md. Does not own: the metrics.
import type { Described } from '@grantd/telemetry'

const INTRO = `# Metrics

Made by \`node scripts/metrics-reference.ts\`; a test compares it with a running server. How to read them:
[the guide](../guide/metrics.md).

A metric whose part is not configured (Redis, the outbox, limits) is not in a scrape. Beside these there are
\`process_*\` and \`nodejs_*\` of the client library.

| name | type | labels | meaning |
|---|---|---|---|
`

export function metricsReference(metrics: readonly Described[]): string {
  const rows = [...metrics]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, type, labels, help }) => {
      const shown = labels.map((label) => `\`${label}\``).join(', ')
      return `| \`${name}\` | ${type} | ${shown === '' ? '–' : shown} | ${help} |`
    })
  return `${INTRO}${rows.join('\n')}\n`
}

/** Of the primary of several workers (cli/cluster/scrapes.ts), which has no registry of its own. */
export const OF_FLEET: Described = {
  name: 'oauth2_server_workers',
  help: 'Worker processes by whether their numbers are in this scrape.',
  type: 'gauge',
  labels: ['state'],
}
