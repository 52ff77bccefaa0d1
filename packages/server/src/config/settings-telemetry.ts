// The section `telemetry`: traces. The names of the variables are those of OpenTelemetry's own SDKs.

import { Type } from '@grantd/oauth/schema'
import { SAMPLERS } from '@grantd/telemetry'
import { choice, flag, integer, list, optionalText, text } from './setting.ts'

export const telemetry = Type.Object({
  endpoint: optionalText({
    env: ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OAUTH2_OTLP_ENDPOINT'],
    shape: 'collector_url',
    description:
      'OTLP collector that gets traces, such as `http://collector:4317`; `/v1/traces` is added for `http/protobuf`. Unset = no tracing.',
  }),
  traces_endpoint: optionalText({
    env: ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'],
    shape: 'collector_url',
    description: 'The same with its whole path; counts before `telemetry.endpoint`.',
  }),
  protocol: choice(['grpc', 'http/protobuf'], {
    env: [
      'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL',
      'OTEL_EXPORTER_OTLP_PROTOCOL',
      'OAUTH2_OTLP_PROTOCOL',
    ],
    default: 'grpc',
    description: 'How traces travel; collectors take `grpc` on port 4317, `http/protobuf` on 4318.',
  }),
  headers: optionalText({
    env: ['OTEL_EXPORTER_OTLP_TRACES_HEADERS', 'OTEL_EXPORTER_OTLP_HEADERS'],
    secret: true,
    shape: 'pairs',
    description: 'Headers for the collector, such as a key: `name=value,name=value`.',
  }),
  certificate: optionalText({
    env: ['OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE', 'OTEL_EXPORTER_OTLP_CERTIFICATE'],
    description: 'PEM file with the authority that the collector’s certificate is checked against.',
  }),
  compression: choice(['none', 'gzip'], {
    env: ['OTEL_EXPORTER_OTLP_TRACES_COMPRESSION', 'OTEL_EXPORTER_OTLP_COMPRESSION'],
    default: 'none',
    description: 'Whether batches are packed before they are sent.',
  }),
  timeout_ms: integer({
    env: ['OTEL_EXPORTER_OTLP_TRACES_TIMEOUT', 'OTEL_EXPORTER_OTLP_TIMEOUT'],
    default: 10_000,
    minimum: 100,
    maximum: 60_000,
    description: 'Milliseconds after which the collector counts as not answering.',
  }),
  traces_enabled: flag({
    env: ['OAUTH2_OTLP_TRACES_ENABLED'],
    default: true,
    description: 'Off: no tracing, whatever else says so.',
  }),
  disabled: flag({
    env: ['OTEL_SDK_DISABLED'],
    default: false,
    description: 'On: no tracing, whatever else says so.',
  }),
  exporter: choice(['otlp', 'none'], {
    env: ['OTEL_TRACES_EXPORTER'],
    default: 'otlp',
    description: '`none`: no tracing.',
  }),
  sampler: choice(SAMPLERS, {
    env: ['OTEL_TRACES_SAMPLER'],
    default: 'parentbased_always_on',
    shape: 'sampler',
    description:
      'Which traces are recorded; `parentbased_…` follows a caller whose trace is continued. `ParentBasedAlwaysOn`, `TraceIdRatio` and `AlwaysOff` are understood too.',
  }),
  sampler_arg: text({
    env: ['OTEL_TRACES_SAMPLER_ARG'],
    default: '1',
    shape: 'ratio',
    description: 'Part of the traces that `…traceidratio` records, 0 to 1.',
  }),
  propagators: list({
    env: ['OTEL_PROPAGATORS'],
    default: ['tracecontext', 'baggage'],
    shape: 'propagator',
    description:
      'Without `tracecontext`, trace headers of callers are not read and none are sent. `baggage` is known and never used: it is not read, kept or passed on.',
  }),
  trusted_networks: list({
    env: ['OAUTH2_TRACE_TRUSTED_NETWORKS'],
    shape: 'network',
    description:
      'Direct callers, as CIDR ranges, whose trace is continued: proxies that make trace headers themselves. Of all others a trace begins anew and links to theirs.',
  }),
  propagate_hosts: list({
    env: ['OAUTH2_TRACE_PROPAGATE_HOSTS'],
    description:
      'Hosts of webhooks, logout and other URLs that are sent `traceparent`; `.example.com` stands for all below it. Empty = none.',
  }),
  batch_max_queue: integer({
    env: ['OTEL_BSP_MAX_QUEUE_SIZE'],
    default: 2_048,
    minimum: 1,
    maximum: 100_000,
    description: 'Spans that may wait for the collector; beyond it they are dropped and counted.',
  }),
  batch_size: integer({
    env: ['OTEL_BSP_MAX_EXPORT_BATCH_SIZE'],
    default: 512,
    minimum: 1,
    maximum: 10_000,
    description: 'Spans that are sent at once.',
  }),
  batch_scheduled_delay_ms: integer({
    env: ['OTEL_BSP_SCHEDULE_DELAY'],
    default: 5_000,
    minimum: 10,
    maximum: 60_000,
    description: 'Milliseconds that a span waits at most for others to be sent with.',
  }),
  service_name: text({
    env: ['OTEL_SERVICE_NAME'],
    default: 'oauth2_server',
    description: '`service.name` of every span.',
  }),
  namespace: optionalText({
    env: ['POD_NAMESPACE'],
    description: '`service.namespace` of every span.',
  }),
  environment: text({
    env: ['DEPLOYMENT_ENVIRONMENT'],
    default: 'dev',
    description: '`deployment.environment.name` of every span.',
  }),
  image: optionalText({
    env: ['IMAGE_SHA'],
    description: '`container.image.id` of every span.',
  }),
  resource_attributes: optionalText({
    env: ['OTEL_RESOURCE_ATTRIBUTES'],
    shape: 'pairs',
    description: 'Further attributes of every span: `name=value,name=value`; they count first.',
  }),
})
