import { PrivateServer } from '@grantd/testkit/private-postgres'
import { compare } from '../compare.ts'
import type { Contender } from '../contenders.ts'
import { Site } from '../site.ts'
import { CLIENT_CREDENTIALS, introspect, post, type Traffic } from '../traffic.ts'
import type { Check } from './check.ts'

/** A server with so many workers on PostgreSQL. */
async function withWorkers(url: string, workers: number): Promise<Contender> {
  const site = await Site.create('opaque', {
    OAUTH2_DATABASE_URL: url,
    OAUTH2_SERVER_WORKERS: String(workers),
    OAUTH2_JANITOR_INTERVAL_SECS: '0',
  })
  return {
    servers: [await site.serve('servers')],
    make: async () => [],
    stop: () => site.close(),
  }
}

/**
 * What a request costs one worker, and each of two. On a machine with as few cores as this one needs for
 * database and load alone, requests a second say nothing; CPU time does: what it does not grow by, more
 * cores give.
 */
export const twoWorkers: Check = {
  name: 'two-workers-postgres',
  async run(options) {
    using database = await PrivateServer.start()
    const traffics: Readonly<Record<string, Traffic>> = {
      issuing: post('/oauth/token', CLIENT_CREDENTIALS),
      introspection: introspect('/oauth/token', '/oauth/introspect'),
    }
    const details: Record<string, unknown> = {}
    for (const [name, traffic] of Object.entries(traffics)) {
      const start = (workers: number) => async () =>
        withWorkers(await database.createDatabase(`${name}_${workers}`), workers)
      const { rows, ratios } = await compare(
        {
          name: `two-workers, ${name}`,
          entries: [
            { name: 'one', start: start(1), traffic },
            { name: 'two', start: start(2), traffic },
          ],
          ratios: [{ of: 'two', to: 'one', atLeast: 0 }],
        },
        options,
      )
      details[name] = { rows, ratios }
    }
    return { findings: [], details }
  },
}
