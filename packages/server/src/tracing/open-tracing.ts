// Owns: whether traces are made, by the settings. Start here.
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Log } from '@grantd/oauth'
import { openTracer, type Tracer } from '@grantd/telemetry'
import type { Settings } from '../config/settings.ts'
import { parsePairs } from '../config/shapes-telemetry.ts'
import { StartError } from '../start-error.ts'
import { Tracing } from './tracing.ts'

const HTTP_PATH = '/v1/traces'
const HTTP_PORT = '4318'

/** `undefined` where no collector is configured; then nothing of OpenTelemetry is loaded. */
export async function openTracing(
  { telemetry }: Pick<Settings, 'telemetry'>,
  log: Log,
): Promise<Tracing | undefined> {
  const url = collectorOf(telemetry)
  if (url === undefined) return undefined
  const { protocol } = telemetry
  if (protocol === 'grpc' && new URL(url).port === HTTP_PORT) {
    log.warn(
      { protocol },
      'collectors take OTLP over HTTP on port 4318: set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf, or use port 4317',
    )
  }
  const version = versionOfServer()
  const tracer: Tracer = await openTracer({
    protocol,
    url,
    headers: parsePairs(telemetry.headers ?? '') ?? {},
    gzip: telemetry.compression === 'gzip',
    ca: certificateOf(telemetry.certificate),
    timeoutMs: telemetry.timeout_ms,
    sampler: telemetry.sampler,
    ratio: Number(telemetry.sampler_arg),
    maxQueue: telemetry.batch_max_queue,
    batchSize: telemetry.batch_size,
    delayMs: telemetry.batch_scheduled_delay_ms,
    resource: resourceOf(telemetry, version),
    scope: { name: 'grantd', version },
    onTrouble: (reason) =>
      log.warn(
        { reason },
        'the collector of traces does not take spans; they are dropped while it does not',
      ),
    onOverflow: () =>
      log.warn(
        {},
        'more spans are made than the collector takes, and some are dropped: record fewer (OTEL_TRACES_SAMPLER=parentbased_traceidratio, OTEL_TRACES_SAMPLER_ARG), or let more wait (OTEL_BSP_MAX_QUEUE_SIZE)',
      ),
    onRecovery: () => {
      const { dropped, failed } = tracer.counts
      log.warn({ spans_lost: dropped + failed }, 'the collector of traces takes spans again')
    },
  })
  return new Tracing(tracer, log)
}

function collectorOf(telemetry: Settings['telemetry']): string | undefined {
  const { traces_enabled, disabled, exporter, endpoint, traces_endpoint, protocol } = telemetry
  if (!traces_enabled || disabled || exporter === 'none') return undefined
  if (traces_endpoint !== undefined) return traces_endpoint
  if (endpoint === undefined || protocol === 'grpc') return endpoint
  return endpoint + HTTP_PATH
}

function resourceOf(
  telemetry: Settings['telemetry'],
  version: string,
): Readonly<Record<string, string>> {
  const { service_name, namespace, environment, image, resource_attributes } = telemetry
  return {
    'service.name': service_name,
    'service.version': version,
    'service.instance.id': randomUUID(),
    ...(namespace !== undefined && { 'service.namespace': namespace }),
    'deployment.environment.name': environment,
    // The name of earlier conventions, which dashboards still ask for.
    'deployment.environment': environment,
    ...(image !== undefined && { 'container.image.id': image }),
    ...parsePairs(resource_attributes ?? ''),
  }
}

function certificateOf(file: string | undefined): string | undefined {
  if (file === undefined) return undefined
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new StartError(
      'E_TELEMETRY_CERTIFICATE',
      `the certificate ${file} cannot be read: ${error instanceof Error ? error.message : error}`,
      'correct OTEL_EXPORTER_OTLP_CERTIFICATE, or unset it to use the authorities of the system',
    )
  }
}

function versionOfServer(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return String(JSON.parse(manifest).version)
}
