import { randomUUID } from 'node:crypto'

/** Ours alone: an incoming X-Request-Id is never read, so nobody can forge or flood log lines. */
export function newRequestId(): string {
  return randomUUID()
}
