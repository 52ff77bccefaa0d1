// Owns: which wishes for several processes are refused.
import type { Finding } from './rules.ts'
import type { Settings } from './settings.ts'

const WHY = {
  'sqlite:': 'one SQLite file has one serving process; several would wait for each other',
  'memory:': 'each process would have data of its own',
} as const

/** Several workers need a database that several processes can write. */
export function workersOnOneFile({ server, database }: Settings): Finding[] {
  const scheme = Object.keys(WHY).find((name) => database.url.startsWith(name))
  if (server.workers === 1 || scheme === undefined) return []
  return [
    {
      code: 'E_CONFIG_WORKERS',
      key: 'server.workers',
      what: `asks for several processes on a database that takes one (${scheme})`,
      why: WHY[scheme as keyof typeof WHY], // one of its keys, found above
      fix: 'set OAUTH2_SERVER_WORKERS=1, or move to OAUTH2_DATABASE_URL=postgresql://…',
    },
  ]
}

/** Its mail, and what it prints, are kept in one process. */
export function workersInDev({ server }: Settings): Finding[] {
  if (server.workers === 1) return []
  return [
    {
      code: 'E_CONFIG_WORKERS',
      key: 'server.workers',
      what: 'asks for several processes, in development mode',
      why: 'development mode is one process: its mail is kept in memory',
      fix: 'set OAUTH2_SERVER_WORKERS=1, or start the server with: grantd serve',
    },
  ]
}
