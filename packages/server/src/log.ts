// Owns: the server's log on stderr: stdout belongs to data. Features pass ids
// only; what may be shown of a line is in log-fields.ts.
import type { Log } from '@grantd/oauth'
import pino from 'pino'
import type { Settings } from './config/settings.ts'
import { scrub, shownFields } from './log-fields.ts'
import { type PrettyLevel, prettyLine } from './log-pretty.ts'

export interface ServerLog extends Log {
  flush(): void
}

/**
 * JSON lines, or lines for people when `log.format` says so. `base` is in every line: the process id
 * of a worker among several.
 */
export function createLog(settings: Settings, base?: { readonly pid: number }): ServerLog {
  return settings.log.format === 'pretty' ? prettyLog(settings, base) : jsonLog(settings, base)
}

type Base = { readonly pid: number } | undefined

function jsonLog(settings: Settings, base: Base): ServerLog {
  const destination = pino.destination({ dest: 2, sync: false })
  const logger = pino(
    { level: settings.log.level, base: base ?? null, timestamp: pino.stdTimeFunctions.isoTime },
    destination,
  )
  const write =
    (level: PrettyLevel) =>
    (fields: object, message: string): void => {
      if (logger.isLevelEnabled(level)) logger[level](shownFields(fields), scrub(message))
    }
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    flush: () => logger.flush(),
  }
}

const LEVELS: readonly Settings['log']['level'][] = ['trace', 'debug', 'info', 'warn', 'error']

function prettyLog(settings: Settings, base: Base): ServerLog {
  const least = LEVELS.indexOf(settings.log.level)
  const write =
    (level: PrettyLevel) =>
    (fields: object, message: string): void => {
      // `silent` is in no list: nothing is as severe as that.
      if (least < 0 || LEVELS.indexOf(level) < least) return
      process.stderr.write(
        `${prettyLine({ level, message: scrub(message), fields: { ...shownFields(fields), ...base }, stream: process.stderr })}\n`,
      )
    }
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    flush: () => undefined,
  }
}
