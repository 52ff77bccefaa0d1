// Owns: THE LIST of checks, in the order in which a person reads them.
import { events } from './events.ts'
import type { DoctorCheck } from './finding.ts'
import { limits } from './limits.ts'
import { argon2, clock, dataFolder, disk, node, secrets } from './machine.ts'
import { mail } from './mail.ts'
import { proxy, workers } from './processes.ts'
import { providers } from './providers.ts'
import { administrator, cache, configuration, database, issuer, keys, listener } from './server.ts'
import { certificate } from './tls.ts'

export const DOCTOR_CHECKS: readonly DoctorCheck[] = [
  { name: 'node', look: node },
  { name: 'argon2', look: argon2 },
  { name: 'configuration', look: configuration },
  { name: 'data folder', look: dataFolder },
  { name: 'secrets', look: secrets },
  { name: 'disk', look: disk },
  { name: 'database', look: database },
  { name: 'clock', look: clock },
  { name: 'cache', look: cache },
  { name: 'limits', look: limits },
  { name: 'keys', look: keys },
  { name: 'events', look: events },
  { name: 'administrator', look: administrator },
  { name: 'workers', look: workers },
  { name: 'proxy', look: proxy },
  { name: 'certificate', look: certificate },
  { name: 'mail', look: mail },
  { name: 'providers', look: providers },
  { name: 'listener', look: listener },
  { name: 'issuer', look: issuer },
]
