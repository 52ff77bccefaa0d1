import type { Log } from '@grantd/oauth'
import pino from 'pino'
import type { Settings } from './config/settings.ts'

/** JSON lines on stderr: stdout belongs to data. Secrets never reach it; features pass ids only. */
export function createLog(settings: Settings): Log & { flush(): void } {
  const destination = pino.destination({ dest: 2, sync: false })
  const logger = pino(
    { level: settings.log.level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    destination,
  )
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
    flush: () => logger.flush(),
  }
}
