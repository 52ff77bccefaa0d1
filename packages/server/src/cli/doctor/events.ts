import { setTimeout as sleep } from 'node:timers/promises'
import { systemClock } from '@grantd/domain'
import { openEventing } from '../../events/open-eventing.ts'
import { createGuardedHttp } from '../../outbound/guarded-http.ts'
import { StartError } from '../../start-error.ts'
import { fail, ofSettings, ok, skip } from './finding.ts'

const PATIENCE_MS = 3_000
const PAUSE_MS = 100

const SILENT = { debug() {}, info() {}, warn() {}, error() {} }

/** Whether the event backends that are configured can be reached from here. Nothing is sent to them. */
export const events = ofSettings(async ({ events: settings, outbound }) => {
  if (!settings.enabled) return skip('turned off')
  try {
    const eventing = await openEventing({
      settings: { ...settings, startup: 'degrade' },
      issuer: 'http://localhost',
      log: SILENT,
      clock: systemClock,
      http: createGuardedHttp({ allowedNetworks: outbound.allowed_networks }),
    })
    try {
      const deadline = performance.now() + PATIENCE_MS
      for (;;) {
        const { plugins } = await eventing.health()
        const silent = plugins.filter(({ healthy }) => !healthy).map(({ name }) => name)
        if (silent.length === 0) return ok(plugins.map(({ name }) => name).join(', '))
        if (performance.now() > deadline) {
          const fix = 'start it, or correct its settings: grantd config explain events.backend'
          return fail(`${silent.join(', ')} cannot be reached`, fix)
        }
        await sleep(PAUSE_MS)
      }
    } finally {
      await eventing.stop(0)
    }
  } catch (error) {
    if (error instanceof StartError) return fail(error.message, error.fix)
    throw error
  }
})
