import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { load, onlyProblem } from './load-fixture.ts'
import { parsePairs } from './shapes-telemetry.ts'

describe('settings of traces', () => {
  for (const [name, value] of [
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4317'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://user:secret@collector:4317'],
    ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'http://collector:4318/v1/traces?key=secret'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'no pair'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'a=%zz'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'a=b%0d%0ac: d'],
    ['OTEL_TRACES_SAMPLER_ARG', '1.5'],
    ['OTEL_TRACES_SAMPLER_ARG', '-1'],
    ['OTEL_TRACES_SAMPLER_ARG', '0.1.1'],
    ['OTEL_TRACES_SAMPLER', 'sometimes'],
    ['OTEL_PROPAGATORS', 'b3'],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'http/json'],
  ] as const) {
    test(`${name}=${value} is refused`, () => {
      assert.equal(onlyProblem({ env: { [name]: value } }).code, 'E_CONFIG_VALUE')
    })
  }

  for (const [written, meant] of [
    ['ParentBasedAlwaysOn', 'parentbased_always_on'],
    ['TraceIdRatio', 'traceidratio'],
    ['AlwaysOff', 'always_off'],
  ]) {
    test(`the sampler ${written} of older files is ${meant}`, () => {
      const { settings } = load({ conf: `telemetry.sampler = ${written}` })
      assert.equal(settings.telemetry.sampler, meant)
    })
  }

  test('pairs are names and percent-encoded values', () => {
    assert.deepEqual({ ...parsePairs(' a=1, b = x%20y ,c=d=e,') }, { a: '1', b: 'x y', c: 'd=e' })
    assert.equal(Object.getPrototypeOf(parsePairs('__proto__=1')), null)
  })
})
