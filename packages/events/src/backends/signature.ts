import { createHmac } from 'node:crypto'

/**
 * The `webhook-*` headers of Standard Webhooks 1.0: HMAC-SHA-256 over `id.timestamp.body`, one
 * signature per secret, so that a receiver may know either while a secret is rotated.
 */
export function signedHeaders(
  message: { readonly id: string; readonly atSeconds: number; readonly body: string },
  secrets: readonly string[],
): Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string> {
  const { id, atSeconds, body } = message
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
    return `v1,${createHmac('sha256', key).update(`${id}.${atSeconds}.${body}`).digest('base64')}`
  })
  return {
    'webhook-id': id,
    'webhook-timestamp': String(atSeconds),
    'webhook-signature': signatures.join(' '),
  }
}
