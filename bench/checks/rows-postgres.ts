import { PrivateServer } from '@grantd/testkit/private-postgres'
import { compare, type Entry } from '../compare.ts'
import type { Contender } from '../contenders.ts'
import { CREDENTIALS } from '../credentials.ts'
import { addTokens } from '../seed.ts'
import { Site } from '../site.ts'
import { CLIENT_CREDENTIALS, post, type Traffic } from '../traffic.ts'
import type { Check } from './check.ts'

const MILLION = 1_000_000
/** Tokens that are asked about, one after another: with a million rows they lie all over the table. */
const ASKED = 20_000

interface Filled {
  readonly contender: Contender
  readonly tokens: readonly string[]
}

/** A server on a database of its own with `count` live tokens, `ASKED` of which can be presented. */
async function filled(server: PrivateServer, name: string, count: number): Promise<Filled> {
  const url = await server.createDatabase(name)
  const site = await Site.create('opaque', {
    OAUTH2_DATABASE_URL: url,
    OAUTH2_JANITOR_INTERVAL_SECS: '0',
  })
  const tokens = await addTokens(site.storage, count, 60, count / ASKED)
  return {
    tokens,
    contender: {
      servers: [await site.serve()],
      spentBeside: () => server.cpuSeconds(),
      make: async () => [],
      stop: once(() => site.close()),
    },
  }
}

/** Do a million live tokens on PostgreSQL slow issuing or introspection down? */
export const rowsPostgres: Check = {
  name: 'million-rows-postgres',
  async run(options) {
    using server = await PrivateServer.start()
    const count = options.quick ? MILLION / 10 : MILLION
    const few = await filled(server, 'few', ASKED)
    const many = await filled(server, 'many', count)
    const entry = (name: string, { contender }: Filled, traffic: Traffic): Entry => ({
      name,
      start: async () => contender,
      traffic,
    })
    const issuing = post('/oauth/token', CLIENT_CREDENTIALS)
    const comparison = await compare(
      {
        name: 'million-rows-postgres',
        entries: [
          entry('issuing, few', few, issuing),
          entry('issuing, full', many, issuing),
          entry('introspection, few', few, introspectAll(few.tokens)),
          entry('introspection, full', many, introspectAll(many.tokens)),
        ],
        ratios: [
          { of: 'issuing, full', to: 'issuing, few', atLeast: 0.9 },
          { of: 'introspection, full', to: 'introspection, few', atLeast: 0.9 },
        ],
      },
      options,
    )
    const { findings, rows, ratios } = comparison
    return { findings, details: { few: ASKED, full: count, rows, ratios } }
  },
}

function introspectAll(tokens: readonly string[]): Traffic {
  const bodies = tokens.map((token) => `token=${token}&${CREDENTIALS}`)
  return async () => ({ path: '/oauth/introspect', bodies })
}

/** The comparison stops each of its entries, and two of them are one server. */
function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined
  return () => {
    done ??= work()
    return done
  }
}
