import type { Finding } from './rules.ts'
import type { Settings } from './settings.ts'

const BUILT_IN: ReadonlySet<string> = new Set([
  ...['in_memory', 'console', 'both', 'redis', 'redis_streams'],
  ...['kafka', 'rabbit', 'rabbitmq', 'webhook'],
])

/** A backend by a name that nothing here and no plugin has would be silence. */
export function eventBackends({ events }: Settings): Finding[] {
  const { backend, plugins } = events
  const unknown = backend.find((name) => !BUILT_IN.has(name))
  if (unknown === undefined || plugins.length > 0) return []
  return [
    {
      code: 'E_CONFIG_VALUE',
      key: 'events.backend',
      what: `names "${unknown}", which is no backend`,
      why: 'its events would be lost',
      fix: 'use in_memory, console, both, redis, kafka, rabbit or webhook, or set OAUTH2_EVENTS_PLUGINS',
    },
  ]
}

/** A webhook needs somewhere to go, and a signature that its receiver can check. */
export function webhookSettings({ events }: Settings): Finding[] {
  const { backend, webhook } = events
  if (!backend.includes('webhook')) return []
  const missing: Finding[] = []
  if (webhook.urls.length === 0) {
    missing.push({
      code: 'E_CONFIG_VALUE',
      key: 'events.webhook.urls',
      what: 'is empty although the backend webhook is chosen',
      why: 'there is nowhere to post events to',
      fix: 'set OAUTH2_EVENTS_WEBHOOK_URLS, or take webhook out of OAUTH2_EVENTS_BACKEND',
    })
  }
  if (webhook.secret === undefined) {
    missing.push({
      code: 'E_CONFIG_VALUE',
      key: 'events.webhook.secret',
      what: 'is not set although the backend webhook is chosen',
      why: 'a receiver could not tell an event from a forgery',
      fix: 'set OAUTH2_EVENTS_WEBHOOK_SECRET: echo "whsec_$(openssl rand -base64 32)"',
    })
  }
  return missing
}
