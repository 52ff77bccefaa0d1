import type { Endpoint, Input } from '../endpoint.ts'
import type { Services } from '../services.ts'
import type { Readiness } from './readiness.ts'

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

export interface ReadyOptions {
  /** One for all endpoints that tell of it: it learns from writes that are told once. */
  readonly readiness: Readiness
  isDraining(): boolean
  /** What more is told, dependency by dependency, to those who may know; `undefined` to the others. */
  readonly detail?: (input: Input, services: Services) => Promise<object | undefined>
}

/** Ready: the database answers and takes writes, and the server is not draining. */
export function readyEndpoint({ readiness, isDraining, detail }: ReadyOptions): Endpoint {
  return {
    id: 'ready',
    method: 'GET',
    path: '/ready',
    spec: 'readiness probe',
    summary: 'Tells whether requests may be sent here.',
    caller: 'none',
    body: 'none',
    async handle(input, services) {
      const isEnding = isDraining()
      const database = isEnding ? undefined : await readiness.check()
      const checks = database === undefined ? {} : { database }
      const dependencies = await detail?.(input, services)
      const isReady = database === 'ok'
      const status = isEnding ? 'draining' : isReady ? 'ready' : 'not_ready'
      return {
        kind: 'health',
        status: isReady ? 200 : 503,
        body: { status, checks, ...(dependencies !== undefined && { dependencies }) },
      }
    },
  }
}
