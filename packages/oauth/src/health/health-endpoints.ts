import type { Endpoint, Input } from '../endpoint.ts'
import { Type } from '../schema.ts'
import type { Services } from '../services.ts'
import type { Readiness } from './readiness.ts'

/** Alive: the process answers. Says nothing of its dependencies, so that no orchestrator kills it for them. */
export const healthEndpoint: Endpoint = {
  id: 'health',
  method: 'GET',
  path: '/health',
  spec: 'liveness probe',
  summary: 'Tells that the process is alive.',
  tag: 'Observability',
  response: Type.Object({
    status: Type.Literal('healthy'),
    service: Type.String(),
    timestamp: Type.String({ description: 'RFC 3339.' }),
  }),
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

const ReadinessSchema = Type.Object(
  {
    status: Type.String({ enum: ['ready', 'not_ready', 'draining'] }),
    checks: Type.Object({
      database: Type.Optional(Type.String({ enum: ['ok', 'unavailable', 'read_only'] })),
    }),
    dependencies: Type.Optional(
      Type.Object(
        {},
        { description: 'One by one, for who may see it.', additionalProperties: true },
      ),
    ),
  },
  { $id: 'Readiness' },
)

/** All of it but what answers, which needs the server around it. */
export const READY = {
  id: 'ready',
  method: 'GET',
  path: '/ready',
  spec: 'readiness probe',
  summary: 'Tells whether requests may be sent here.',
  tag: 'Observability',
  caller: 'none',
  bearer: ['reader_token'],
  allowsNoBearer: () => true,
  body: 'none',
  response: ReadinessSchema,
  answers: [
    {
      status: 503,
      says: 'Send requests elsewhere.',
      type: 'application/json',
      schema: ReadinessSchema,
    },
  ],
} as const satisfies Omit<Endpoint, 'handle'>

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
    ...READY,
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
