// Part of the section `server`: how many processes serve, and how they end.
import { integer, seconds } from './setting.ts'

export const processes = {
  workers: integer({
    env: ['OAUTH2_SERVER_WORKERS'],
    default: 1,
    minimum: 0,
    maximum: 256,
    description:
      'Processes of `grantd serve` that share the port; 0 = one per processor. More than one needs PostgreSQL or MongoDB.',
  }),
  shutdown_delay_secs: seconds({
    env: ['OAUTH2_SHUTDOWN_DELAY_SECS'],
    default: 0,
    minimum: 0,
    maximum: 300,
    description:
      'How long a server that was told to stop goes on serving while `/ready` says 503, so that proxies turn away first.',
  }),
  shutdown_timeout_secs: seconds({
    env: ['OAUTH2_SHUTDOWN_TIMEOUT_SECS'],
    default: 10,
    maximum: 600,
    description: 'How long requests in progress get to finish after that; then they are cut off.',
  }),
}
