// Owns: the options that several commands share, so that one name means one thing everywhere.
import type { OptionSpec } from './command.ts'

export const CONFIG_OPTIONS = {
  config: {
    type: 'text',
    value: 'FILE',
    help: 'HOCON file (default: application.conf when present)',
  },
} as const satisfies Record<string, OptionSpec>

/** For commands that open the database. */
export const DATABASE_OPTIONS = {
  ...CONFIG_OPTIONS,
  dev: { type: 'flag', help: 'use the database of "grantd dev"' },
} as const satisfies Record<string, OptionSpec>

export const TABLE_OR_JSON = {
  output: {
    type: 'text',
    short: 'o',
    value: 'FORMAT',
    words: ['table', 'json'],
    help: 'table (default) or json',
  },
} as const satisfies Record<string, OptionSpec>

export const TABLE_JSON_OR_ENV = {
  output: {
    type: 'text',
    short: 'o',
    value: 'FORMAT',
    words: ['table', 'json', 'env'],
    help: 'table (default), json, or env (NAME=value lines)',
  },
} as const satisfies Record<string, OptionSpec>

export const YES_OPTION = {
  yes: { type: 'flag', short: 'y', help: 'do not ask; needed where there is no terminal' },
} as const satisfies Record<string, OptionSpec>

export const PAGE_OPTIONS = {
  limit: { type: 'text', value: 'N', help: 'most rows to show (default 50)' },
  after: { type: 'text', value: 'CURSOR', help: 'continue after this row of the former page' },
} as const satisfies Record<string, OptionSpec>

export const PORT_OPTION = {
  port: { type: 'text', value: 'N', help: 'listen on this port (default 8080)' },
} as const satisfies Record<string, OptionSpec>

export const DEV_VIEW = {
  dev: { type: 'flag', help: 'as "grantd dev" sees it, with .env' },
} as const satisfies Record<string, OptionSpec>
