// Owns: the backends that the settings name: opening them, and what happens when one does not answer.
// Does not own: the backends themselves (@grantd/events). Start here: `openEventing`.
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { type Clock, type EventSink, isEventType } from '@grantd/domain'
import {
  type BackendParts,
  backendNamed,
  backendOfPlugin,
  createEncoder,
  createFilter,
  type EventBackend,
  Eventing,
  type KeptObserver,
  openSinks,
  type PublishObserver,
} from '@grantd/events'
import type { Log } from '@grantd/oauth'
import type { Settings } from '../config/settings.ts'
import { StartError } from '../start-error.ts'

export interface EventingParts {
  readonly settings: Settings['events']
  readonly issuer: string
  readonly log: Log
  readonly clock: Clock
  readonly http: BackendParts['http']
  /** Whether an outbox brings audit and security events to durable backends. */
  readonly hasOutbox?: boolean
  /** Stands for each backend that is used. */
  readonly observe?: ((sink: EventSink) => EventSink) | undefined
  /** How long the start waits for a backend before it fails. */
  readonly patienceMs?: number
  readonly onPublished?: PublishObserver | undefined
  readonly onKept?: KeptObserver | undefined
}

/** Long enough for a broker that is just starting, and for its client to load. */
const PATIENCE_MS = 10_000
const PAUSE_MS = 200

/** Throws StartError for a backend that is unknown, or that does not answer with `startup` `fail`. */
export async function openEventing(parts: EventingParts): Promise<Eventing> {
  const { settings, log, observe } = parts
  warnOfTypes(settings, log)
  const sinks = settings.enabled ? await openChosen(parts) : []
  try {
    await Promise.all(sinks.map((sink) => awaitSink(sink, parts)))
  } catch (error) {
    await Promise.all(sinks.map((sink) => sink.close()))
    throw error
  }
  return new Eventing({
    isEnabled: settings.enabled,
    passes: createFilter(settings.filter_mode, settings.event_types),
    sinks: observe === undefined ? sinks : sinks.map(observe),
    log,
    queueSize: settings.queue_size,
    batchSize: settings.batch_size,
    hasOutbox: parts.hasOutbox ?? false,
    feed: { maxReaders: settings.stream.max, size: settings.stream.buffer },
    onPublished: parts.onPublished,
    onKept: parts.onKept,
  })
}

async function openChosen(parts: EventingParts): Promise<readonly EventSink[]> {
  const { settings, log, clock, http, issuer } = parts
  const plugins = await Promise.all(settings.plugins.map((file) => loadPlugin(file, log)))
  const names = settings.backend.length > 0 ? settings.backend : ['in_memory']
  const chosen = names.map((name) => {
    const backend = backendNamed(name, plugins)
    if (backend !== undefined) return backend
    throw new StartError(
      'E_EVENTS_BACKEND',
      `there is no event backend "${name}"`,
      'use in_memory, console, both, redis, kafka, rabbit, webhook or the name of a plugin in OAUTH2_EVENTS_BACKEND',
    )
  })
  return openSinks(chosen, {
    settings,
    log,
    http,
    encode: createEncoder(settings.format, issuer),
    nowMs: () => clock.nowMs(),
  })
}

async function loadPlugin(file: string, log: Log): Promise<EventBackend> {
  try {
    const module = (await import(pathToFileURL(file).href)) as { readonly plugin?: unknown }
    return backendOfPlugin(module.plugin, log)
  } catch (error) {
    throw new StartError(
      'E_EVENTS_PLUGIN',
      `the event plugin ${file} cannot be used: ${error instanceof Error ? error.message : error}`,
      'name an ES module by its absolute path in OAUTH2_EVENTS_PLUGINS; docs/guide/events.md shows one',
    )
  }
}

/** Resolves when the backend answers, or when the server may start without it. */
async function awaitSink(
  sink: EventSink,
  { settings, log, patienceMs = PATIENCE_MS }: EventingParts,
): Promise<void> {
  const deadline = performance.now() + patienceMs
  for (let attempt = 0; ; attempt++) {
    const health = await sink.health()
    if (health.healthy) return
    const fields = { backend: sink.name, reason: health.detail }
    if (settings.startup === 'degrade') {
      log.warn(fields, 'an event backend does not answer; its events wait in memory until it does')
      return
    }
    if (settings.startup === 'wait') {
      if (attempt === 0)
        log.warn(fields, 'an event backend does not answer; the start waits for it')
    } else if (performance.now() > deadline) {
      throw unreachable(sink, health.detail)
    }
    await sleep(PAUSE_MS)
  }
}

function unreachable({ name }: EventSink, detail = 'no answer'): StartError {
  return new StartError(
    'E_EVENTS_UNREACHABLE',
    `the event backend ${name} cannot be reached (${detail})`,
    `start it or correct its settings (events.${name.replace(/_\d+$/, '')}), or set OAUTH2_EVENTS_STARTUP to wait or degrade`,
  )
}

/** Not refused: other systems may send in types of their own. */
function warnOfTypes({ filter_mode, event_types }: Settings['events'], log: Log): void {
  const foreign = event_types.filter((type) => !isEventType(type))
  if (filter_mode === 'allow_all' || foreign.length === 0) return
  log.warn({ types: foreign }, 'OAUTH2_EVENTS_TYPES names types that this server does not emit')
}
