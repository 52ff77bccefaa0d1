// A backend of your own: every event as a line of a file. Try it with
//   OAUTH2_EVENTS_PLUGINS=$PWD/packages/events/examples/file-backend.ts OAUTH2_EVENTS_BACKEND=file npm start
// and look at events.jsonl. A plugin is any ES module that exports `plugin`; this one needs no import
// of grantd but the type.
import { type FileHandle, open } from 'node:fs/promises'
import type { EventPlugin } from '@grantd/events'

const path = process.env.EVENTS_FILE ?? 'events.jsonl'
let opening: Promise<FileHandle> | undefined

function file(): Promise<FileHandle> {
  opening ??= open(path, 'a').catch((error: unknown) => {
    opening = undefined // tried again with the next event
    throw error
  })
  return opening
}

export const plugin: EventPlugin = {
  name: 'file',

  // Resolves when the event is on disk; a rejection means: offer it again.
  async emit(event) {
    const handle = await file()
    await handle.appendFile(`${JSON.stringify(event)}\n`)
    await handle.datasync()
  },

  async healthCheck() {
    await file()
    return true
  },

  async close() {
    await (await opening)?.close()
  },
}
