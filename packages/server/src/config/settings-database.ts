// The section `database`.
import { Type } from '@grantd/oauth/schema'
import { integer, optionalText, seconds, text } from './setting.ts'

export const database = Type.Object({
  url: text({
    env: ['OAUTH2_DATABASE_URL'],
    default: 'sqlite:oauth2.db?mode=rwc',
    defaultText: '`sqlite:oauth2.db?mode=rwc`; with `grantd dev` `<data.dir>/grantd.db`',
    shape: 'database_url',
    description:
      'Where data lives: `sqlite:<file>?mode=rwc`, `postgresql://user:password@host/name`, `mongodb://user:password@host/name` or `memory:`.',
  }),
  read_url: optionalText({
    env: ['OAUTH2_DATABASE_READ_URL'],
    shape: 'replica_url',
    description:
      'PostgreSQL replica for the lists of clients, users and audit records; never for tokens.',
  }),
  max_connections: integer({
    env: ['OAUTH2_DATABASE_MAX_CONNECTIONS'],
    default: 50,
    minimum: 2,
    maximum: 1_000,
    description:
      'Most connections of this process to PostgreSQL or MongoDB; it rarely needs more than a few.',
  }),
  min_connections: integer({
    env: ['OAUTH2_DATABASE_MIN_CONNECTIONS'],
    default: 1,
    minimum: 1,
    maximum: 1_000,
    description: 'Connections for reads that stay open when nothing happens.',
  }),
  acquire_timeout_secs: seconds({
    env: ['OAUTH2_DATABASE_ACQUIRE_TIMEOUT_SECS', 'OAUTH2_DATABASE_CONNECT_TIMEOUT'],
    default: 30,
    maximum: 600,
    description:
      'How long a request, or the start, waits for a connection to PostgreSQL or MongoDB.',
  }),
  idle_timeout_secs: seconds({
    env: ['OAUTH2_DATABASE_IDLE_TIMEOUT_SECS', 'OAUTH2_DATABASE_IDLE_TIMEOUT'],
    default: 600,
    maximum: 86_400,
    description: 'How long a connection beyond `min_connections` rests before it is closed.',
  }),
})
