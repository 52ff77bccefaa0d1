import type { Endpoint } from '../endpoint.ts'

/** Alive: the process answers. Says nothing of its dependencies, so that no orchestrator kills it for them. */
export const healthEndpoint: Endpoint = {
  id: 'health',
  method: 'GET',
  path: '/health',
  spec: 'liveness probe',
  summary: 'Tells that the process is alive.',
  caller: 'none',
  body: 'none',
  handle: (_input, services) => ({
    kind: 'health',
    status: 200,
    body: {
      status: 'healthy',
      service: 'oauth2_server',
      timestamp: new Date(services.clock.nowMs()).toISOString(),
    },
  }),
}

/** Ready: the database answers and the server is not draining. */
export function readyEndpoint(isDraining: () => boolean): Endpoint {
  return {
    id: 'ready',
    method: 'GET',
    path: '/ready',
    spec: 'readiness probe',
    summary: 'Tells whether requests may be sent here.',
    caller: 'none',
    body: 'none',
    async handle(_input, services) {
      if (isDraining())
        return { kind: 'health', status: 503, body: { status: 'draining', checks: {} } }
      try {
        await services.storage.ping()
        return {
          kind: 'health',
          status: 200,
          body: { status: 'ready', checks: { database: 'ok' } },
        }
      } catch (error) {
        services.log.error({ err: error }, 'readiness: the database does not answer')
        return {
          kind: 'health',
          status: 503,
          body: { status: 'not_ready', checks: { database: 'unavailable' } },
        }
      }
    },
  }
}
