// Owns: the form of values in the section `telemetry`.
import type { Shaped } from './shapes.ts'

type TelemetryShape = 'collector_url' | 'pairs' | 'ratio' | 'sampler' | 'propagator'

export const TELEMETRY_SHAPES: Readonly<Record<TelemetryShape, (text: string) => Shaped>> = {
  collector_url: collectorUrl,
  pairs,
  ratio,
  sampler: (text) => ({ value: OLD_SAMPLERS[text.toLowerCase()] ?? text.toLowerCase() }),
  propagator,
}

/** Names of the Rust system’s configuration file. */
const OLD_SAMPLERS: Readonly<Record<string, string>> = {
  parentbasedalwayson: 'parentbased_always_on',
  alwayson: 'always_on',
  alwaysoff: 'always_off',
}

function refuse(what: string, why: string, fix: string): Shaped {
  return { refusal: { code: 'E_CONFIG_VALUE', what, why, fix } }
}

function collectorUrl(text: string): Shaped {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol)) {
    return refuse(
      'is not the URL of a collector',
      'traces are sent over http or https',
      'use a URL such as http://collector:4317',
    )
  }
  if (`${url.username}${url.password}${url.search}${url.hash}` !== '') {
    return refuse(
      'carries more than an address',
      'a URL is shown in logs',
      'put keys into OTEL_EXPORTER_OTLP_HEADERS',
    )
  }
  return { value: url.href.replace(/\/$/, '') }
}

function pairs(text: string): Shaped {
  if (parsePairs(text) !== undefined) return { value: text }
  return refuse(
    'is no list of pairs',
    'each entry is name=value, with percent-encoding for what is special',
    'write name=value,name=value',
  )
}

/** `a=1,b=x%20y`; `undefined` when it is something else. */
export function parsePairs(text: string): Readonly<Record<string, string>> | undefined {
  const found: Record<string, string> = Object.create(null)
  for (const pair of text.split(',')) {
    if (pair.trim() === '') continue
    const [, name, value = ''] = /^\s*([\w.!#$%&'*+^`|~/-]+)\s*=\s*([^\r\n]*?)\s*$/.exec(pair) ?? []
    if (name === undefined) return undefined
    try {
      found[name] = decodeURIComponent(value)
    } catch {
      return undefined
    }
    if (/[\r\n\0]/.test(found[name])) return undefined
  }
  return found
}

function ratio(text: string): Shaped {
  const value = Number(text)
  if (/^[\d.]+$/.test(text) && value >= 0 && value <= 1) return { value: text }
  return refuse('is no part of a whole', 'it is the part of traces that is kept', 'use 0 to 1')
}

function propagator(text: string): Shaped {
  if (['tracecontext', 'baggage', 'none'].includes(text)) return { value: text }
  return refuse(
    'is not a propagator of this server',
    'it reads and writes the headers of W3C Trace Context',
    'use tracecontext, or none',
  )
}
