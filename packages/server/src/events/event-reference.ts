import { EVENT_TYPES, type EventType } from '@grantd/domain'
import { cloudEventType, EVENT_METADATA, eventSchema } from '@grantd/events'

const INTRODUCTION = `# Event types

<!-- Generated from packages/events/src/schemas.ts by scripts/event-schemas.ts. Do not edit. -->

Each type has a JSON Schema beside this page. What the classes mean, and how events are delivered, says the
[guide](../../guide/events.md). Values of \`metadata\` are texts; further ones may come, none of these goes. In the
CloudEvents format \`token_created\` is \`${cloudEventType('token_created')}\`.

| Type | Class | Severity | In order by | Metadata |
| --- | --- | --- | --- | --- |
`

/** The files of docs/reference/events/ by name. */
export function eventReference(): ReadonlyMap<string, string> {
  const types = Object.keys(EVENT_TYPES) as EventType[] // the keys of this very object
  const rows = types.map((type) => {
    const { class: ofClass, severity, key } = EVENT_TYPES[type]
    const { always, sometimes } = EVENT_METADATA[type]
    const names = [...always, ...sometimes.map((name) => `${name}?`)]
    const metadata = names.map((name) => `\`${name}\``).join(', ') || '–'
    return `| [\`${type}\`](${type}.schema.json) | ${ofClass} | ${severity} | ${key} | ${metadata} |\n`
  })
  return new Map([
    ['README.md', INTRODUCTION + rows.join('')],
    ...types.map(
      (type) => [`${type}.schema.json`, `${JSON.stringify(eventSchema(type), null, 2)}\n`] as const,
    ),
  ])
}
