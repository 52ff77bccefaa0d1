import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { EventEnvelope } from '@grantd/domain'

/** A durable backend in the process of the test: what it took, and whether it takes anything. */
export class EventPluginDouble {
  readonly taken: EventEnvelope[] = []
  isDown = false
  readonly name: string
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'grantd-plugin-'))
  #waiting: { readonly count: number; readonly resolve: () => void }[] = []

  constructor(name: string) {
    this.name = name
    const registry = globalThis as unknown as Record<string, EventPluginDouble> // read by the module below
    registry[`grantd ${name}`] = this
    writeFileSync(
      this.#file,
      `const double = globalThis['grantd ${name}']
       export const plugin = {
         name: '${name}',
         emit: async (event) => double.take(event),
         healthCheck: async () => !double.isDown,
       }`,
    )
  }

  get #file(): string {
    return path.join(this.#folder, `${this.name}.mjs`)
  }

  /** What a server is started with to use it. */
  get env(): Record<string, string> {
    return { OAUTH2_EVENTS_BACKEND: this.name, OAUTH2_EVENTS_PLUGINS: this.#file }
  }

  take(event: EventEnvelope): void {
    if (this.isDown) throw new Error('it is down')
    this.taken.push(event)
    this.#waiting = this.#waiting.filter(({ count, resolve }) => {
      if (this.ofOutbox.length >= count) resolve()
      return this.ofOutbox.length < count
    })
  }

  /** What it took but telemetry, which goes another way. */
  get ofOutbox(): readonly EventEnvelope[] {
    return this.taken.filter(({ event }) => !/_(validated|expired)$/.test(event.event_type))
  }

  took(count: number): Promise<void> {
    if (this.ofOutbox.length >= count) return Promise.resolve()
    return new Promise((resolve) => {
      this.#waiting.push({ count, resolve })
    })
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true })
  }
}
