import { Batch } from './batch.ts'
import type { BatchMethod, Envelope, Method } from './message.ts'

const HOOKS: readonly string[] = ['constructor', 'started', 'stopped', 'restarted']
const TAKEN: readonly string[] = ['tell', 'with', 'then']

/**
 * The members of `actor` that handle messages: every method, also inherited ones, and its batch
 * members. Getters are left alone. Throws TypeError for a method that a reference has itself.
 */
export function methodsOf(actor: object): Method[] {
  const methods = new Map<string, Method>()
  for (const level of levelsOf(actor)) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(level))) {
      const isHandler = typeof value === 'function' || value instanceof Batch
      if (!isHandler || HOOKS.includes(name) || methods.has(name)) continue
      if (TAKEN.includes(name)) {
        throw new TypeError(`an actor cannot have a method "${name}": its reference uses that name`)
      }
      methods.set(name, methodFor(name, value))
    }
  }
  return [...methods.values()]
}

function* levelsOf(actor: object): Generator<object> {
  let level: object | null = actor
  while (level !== null && level !== Object.prototype) {
    yield level
    level = Object.getPrototypeOf(level) as object | null
  }
}

type Handle = (payload: unknown, envelope: Envelope) => unknown

// Handlers are looked up by name at each call because a restart replaces the instance. The casts
// hold since `methodsOf` saw a member of that kind; where `create` gives another class later, the
// call throws and counts as a fault.
function methodFor(name: string, member: unknown): Method {
  return {
    name,
    batch: member instanceof Batch ? batchMethodFor(name, member) : undefined,
    invoke: (actor, payload, envelope) =>
      (actor as Record<'handle', Handle>)[name as 'handle'](payload, envelope),
  }
}

function batchMethodFor(name: string, member: Batch<unknown, unknown>): BatchMethod {
  return {
    ...member.limits,
    invokeAll: (actor, payloads, envelopes) =>
      (actor as Record<'handle', Batch<unknown, unknown>>)[name as 'handle'].handle(
        payloads,
        envelopes,
      ),
  }
}
