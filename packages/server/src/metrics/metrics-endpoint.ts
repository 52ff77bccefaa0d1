import { OAuthError } from '@grantd/domain'
import type { Endpoint, Input, Services } from '@grantd/oauth'
import { EXPOSITION_TYPE } from '@grantd/telemetry'

/** All of it but what answers. */
export const METRICS = {
  id: 'metrics',
  method: 'GET',
  path: '/metrics',
  spec: 'Prometheus text format 0.0.4',
  summary: 'Shows what the server counts.',
  tag: 'Observability',
  caller: 'none',
  bearer: ['reader_token'],
  allowsNoBearer: () => true,
  body: 'none',
  answers: [{ status: 200, says: 'Metrics.', type: 'text/plain' }],
  refuses: ['not_found'],
} as const satisfies Omit<Endpoint, 'handle'>

/** `mayRead` is absent where whoever reaches the port may. To others there is nothing at this path. */
export function metricsEndpoint(options: {
  readonly expose: () => Promise<string>
  readonly mayRead?: (input: Input, services: Services) => Promise<boolean>
}): Endpoint {
  const { expose, mayRead } = options
  return {
    ...METRICS,
    async handle(input, services) {
      if (mayRead !== undefined && !(await mayRead(input, services)))
        throw new OAuthError('not_found', 'there is nothing at this path')
      return { kind: 'text', contentType: EXPOSITION_TYPE, body: await expose() }
    },
  }
}
