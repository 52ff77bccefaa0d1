// Owns: the same port, with a span around each of its calls. Arguments and results are never looked at.
import type { Mailer, PasswordHasher, SharedBuckets, SharedCache } from '@grantd/domain'
import type { OpenedStorage } from '@grantd/storage'
import type { Span } from '@grantd/telemetry'
import type { Tracing } from './tracing.ts'

type Call = (...args: unknown[]) => unknown

/** `db.system.name` of OpenTelemetry's conventions by the scheme of a URL. */
const SYSTEMS: Readonly<Record<string, string>> = {
  sqlite: 'sqlite',
  postgresql: 'postgresql',
  postgres: 'postgresql',
  mongodb: 'mongodb',
  'mongodb+srv': 'mongodb',
}

export function systemOf(url: string): string {
  return SYSTEMS[url.slice(0, url.indexOf(':'))] ?? 'memory'
}

/** Of a commit the kinds of change are told, such as `code.use`: they are names of this program. */
const MAX_KINDS = 8

export function observeStorage<Opened extends OpenedStorage>(
  storage: Opened,
  url: string,
  tracing: Tracing,
): Opened {
  const system = systemOf(url)
  const observed: Record<string, unknown> = {}
  for (const name of namesOf(storage)) {
    const member = (storage as unknown as Record<string, unknown>)[name]
    if (typeof member === 'function') observed[name] = spanned(name, undefined, member as Call)
    else if (isStore(member)) observed[name] = observedStore(name, member)
    else observed[name] = member
  }
  // Every member is there again, each with the type it had.
  return observed as unknown as Opened

  function observedStore(collection: string, store: object): object {
    const found: Record<string, unknown> = {}
    for (const name of namesOf(store)) {
      const member = (store as Record<string, unknown>)[name]
      found[name] =
        typeof member === 'function'
          ? spanned(name, collection, (member as Call).bind(store))
          : member
    }
    return found
  }

  function spanned(operation: string, collection: string | undefined, call: Call): Call {
    const name = collection === undefined ? operation : `${operation} ${collection}`
    const isCommit = operation === 'commit'
    const bound = collection === undefined ? call.bind(storage) : call
    return (...args) =>
      tracing.inSpan(
        name,
        'client',
        () => bound(...args),
        (span) => {
          span.set('db.system.name', system)
          span.set('db.operation.name', operation)
          if (collection !== undefined) span.set('db.collection.name', collection)
          if (isCommit) span.set('grantd.changes', kindsOf(args[0] as Changes))
        },
      )
  }
}

type Changes = readonly { readonly kind: string }[]

function kindsOf(changes: Changes): string {
  return [...new Set(changes.map(({ kind }) => kind))].slice(0, MAX_KINDS).join(',')
}

/** What has calls; reports and the like are passed on as they are. */
function isStore(member: unknown): member is object {
  if (typeof member !== 'object' || member === null || Array.isArray(member)) return false
  const members = member as Record<string, unknown>
  return namesOf(member).some((name) => typeof members[name] === 'function')
}

/** Own names and those of its class. */
function namesOf(value: object): string[] {
  const names = new Set(Object.keys(value))
  for (
    let proto = Object.getPrototypeOf(value) as object | null;
    proto !== null && proto !== Object.prototype;
    proto = Object.getPrototypeOf(proto) as object | null
  ) {
    for (const name of Object.getOwnPropertyNames(proto)) names.add(name)
  }
  names.delete('constructor')
  return [...names]
}

export function observePasswords(passwords: PasswordHasher, tracing: Tracing): PasswordHasher {
  return {
    hash: (password) => tracing.inSpan('password.hash', 'internal', () => passwords.hash(password)),
    verify: (password, expected) =>
      tracing.inSpan('password.verify', 'internal', () => passwords.verify(password, expected)),
    isOutdated: (stored) => passwords.isOutdated(stored),
  }
}

/** Mail is sent from a queue, seldom within the request that wrote it. */
export function observeMailer(mailer: Mailer, tracing: Tracing): Mailer {
  return {
    send: (message) => {
      const work = () => mailer.send(message)
      return tracing.current === undefined
        ? tracing.inRoot('mail.send', { kind: 'client' }, work)
        : tracing.inSpan('mail.send', 'client', work)
    },
  }
}

/** Of what goes to Redis only a look-up is waited for. */
export function observeCache(cache: SharedCache, tracing: Tracing): SharedCache {
  return {
    get: (name) => tracing.inSpan('redis.get', 'client', () => cache.get(name), redisCall('get')),
    put: (name, bytes, deadline) => cache.put(name, bytes, deadline),
    announce: (tags) => cache.announce(tags),
    listen: (listener) => cache.listen(listener),
    now: () => cache.now(),
    close: () => cache.close(),
  }
}

/** A request waits for its turn in the script that asks for all of one turn of the event loop. */
export function observeBuckets(buckets: SharedBuckets, tracing: Tracing): SharedBuckets {
  return {
    take: (attempt) =>
      tracing.inSpan(
        'redis.take',
        'client',
        () => {
          const asked = buckets.take(attempt)
          if (asked === undefined) tracing.current?.fail('not_asked')
          return asked?.then((verdict) => {
            if (verdict === undefined) tracing.current?.fail('no_answer')
            return verdict
          })
        },
        redisCall('eval'),
      ),
    close: () => buckets.close(),
  }
}

function redisCall(operation: string): (span: Span) => void {
  return (span) => {
    span.set('db.system.name', 'redis')
    span.set('db.operation.name', operation)
  }
}
