// Writes docs/reference/events/: one JSON Schema per event type, and the list of them.
// `node scripts/event-schemas.ts`; packages/server/src/events/event-reference.test.ts tells when it is due.
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { eventReference } from '../packages/server/src/events/event-reference.ts'

const folder = path.resolve(import.meta.dirname, '../docs/reference/events')
mkdirSync(folder, { recursive: true })
for (const [name, text] of eventReference()) writeFileSync(path.join(folder, name), text)
