import { OAuthError } from '@grantd/domain'
import type { Endpoint, Input, Services } from '@grantd/oauth'
import { EXPOSITION_TYPE } from '@grantd/telemetry'

/** `mayRead` is absent where whoever reaches the port may. To others there is nothing at this path. */
export function metricsEndpoint(options: {
  readonly expose: () => Promise<string>
  readonly mayRead?: (input: Input, services: Services) => Promise<boolean>
}): Endpoint {
  const { expose, mayRead } = options
  return {
    id: 'metrics',
    method: 'GET',
    path: '/metrics',
    spec: 'Prometheus text format 0.0.4',
    summary: 'Shows what the server counts.',
    caller: 'none',
    body: 'none',
    async handle(input, services) {
      if (mayRead !== undefined && !(await mayRead(input, services)))
        throw new OAuthError('not_found', 'there is nothing at this path')
      return { kind: 'text', contentType: EXPOSITION_TYPE, body: await expose() }
    },
  }
}
