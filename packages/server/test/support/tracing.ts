import assert from 'node:assert/strict'
import type { OtlpReceiver, ReceivedSpan } from './otlp-receiver.ts'

/** Settings of a server that sends every trace to `receiver`. */
export function tracingTo(
  receiver: OtlpReceiver,
  protocol: 'grpc' | 'http/protobuf' = 'http/protobuf',
): Record<string, string> {
  return { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_EXPORTER_OTLP_PROTOCOL: protocol }
}

/** The first span of each request to `route`, in the order in which they ended. */
export function requestsTo(spans: readonly ReceivedSpan[], route: string): ReceivedSpan[] {
  return spans.filter(({ kind, attributes }) => kind === 2 && attributes['http.route'] === route)
}

export interface SpanTree {
  readonly span: ReceivedSpan
  readonly children: readonly SpanTree[]
}

/** What is below `root`. Fails when a span of its trace is not, or lies outside the time of its parent. */
export function treeOf(root: ReceivedSpan, spans: readonly ReceivedSpan[]): SpanTree {
  const ofTrace = spans.filter(({ traceId }) => traceId === root.traceId)
  let count = 0
  const below = (span: ReceivedSpan): SpanTree => {
    count++
    const children = ofTrace.filter(({ parentId }) => parentId === span.spanId)
    for (const child of children) {
      assert.ok(child.start >= span.start, `${child.name} begins before ${span.name}`)
      assert.ok(child.end >= child.start, `${child.name} ends before it begins`)
    }
    return { span, children: children.map(below) }
  }
  const tree = below(root)
  assert.equal(count, ofTrace.length, 'every span of the trace is connected to its first')
  return tree
}

/** Names, a level deeper with every two spaces, each level in the order of beginning. */
export function outline({ span, children }: SpanTree, depth = 0): string {
  const sorted = [...children].sort((a, b) => Number(a.span.start - b.span.start))
  return [
    `${'  '.repeat(depth)}${span.name}`,
    ...sorted.map((child) => outline(child, depth + 1)),
  ].join('\n')
}
