import assert from 'node:assert/strict'
import type { TestServer } from './server.ts'

type Labels = Readonly<Record<string, string>>

interface Sample {
  readonly name: string
  readonly labels: Labels
  readonly value: number
}

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/
const LABEL = /^([a-zA-Z_]\w*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/

/** Metrics in the text format 0.0.4, read strictly. Throws AssertionError for text that is not in it. */
export class Scrape {
  readonly text: string
  readonly samples: readonly Sample[]

  constructor(text: string) {
    this.text = text
    assert.ok(text.endsWith('\n'))
    this.samples = text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map(readSample)
    const series = this.samples.map(({ name, labels }) => `${name} ${JSON.stringify(labels)}`)
    assert.equal(new Set(series).size, series.length, 'no series is there twice')
  }

  static async of(server: TestServer, headers: Record<string, string> = {}): Promise<Scrape> {
    const reply = await server.inject({ url: '/metrics', headers })
    assert.equal(reply.statusCode, 200, reply.body)
    assert.equal(reply.headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8')
    return new Scrape(reply.body)
  }

  /** What all series of this name with these labels add up to; `undefined` when there is none. */
  sum(name: string, labels: Labels = {}): number | undefined {
    const found = this.samples.filter(
      (sample) =>
        sample.name === name &&
        Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
    )
    return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0)
  }

  /** Names as rules and boards use them: with `_bucket`, `_sum` and `_count`. */
  get names(): ReadonlySet<string> {
    return new Set(this.samples.map(({ name }) => name))
  }
}

function readSample(line: string): Sample {
  const [, name = '', labelText = '', number = ''] =
    LINE.exec(line) ?? assert.fail(`no sample: ${line}`)
  const labels: Record<string, string> = {}
  for (let rest = labelText; rest !== ''; ) {
    const [whole, label = '', value = ''] = LABEL.exec(rest) ?? assert.fail(`no label: ${line}`)
    assert.ok(!(label in labels), `a label twice: ${line}`)
    labels[label] = value
    rest = rest.slice(whole.length)
  }
  const value = number === '+Inf' ? Number.POSITIVE_INFINITY : Number(number)
  assert.ok(!Number.isNaN(value), `no number: ${line}`)
  return { name, labels, value }
}
