import { Client } from 'pg'

/** Where `scripts/services.sh up` starts PostgreSQL, unless the environment names another server. */
export const SERVER: string =
  process.env.GRANTD_TEST_POSTGRES_URL ??
  `postgresql://grantd@127.0.0.1:${process.env.GRANTD_TEST_POSTGRES_PORT ?? 64_329}/grantd`

/** A connection of a test's own. Rejects, with the way out, when there is no server. */
export async function session(url: string): Promise<Client> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  try {
    await client.connect()
    return client
  } catch (cause) {
    const hint = 'start it with `bash scripts/services.sh up postgres`'
    throw new Error(`no PostgreSQL server at ${new URL(url).host}; ${hint}`, { cause })
  }
}

/** Runs SQL on a connection of its own. */
export async function sql(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = await session(url)
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

let made = 0

/**
 * An empty database of its own for a test; it is dropped, connections and all, at the end. `options`
 * are those of CREATE DATABASE.
 */
export async function freshDatabase(
  options = '',
): Promise<AsyncDisposable & { readonly url: string }> {
  const name = `grantd_test_${process.pid}_${made++}`
  await sql(SERVER, `CREATE DATABASE ${name} ${options}`)
  const url = new URL(SERVER)
  url.pathname = `/${name}`
  return {
    url: url.href,
    [Symbol.asyncDispose]: async () => {
      await sql(SERVER, `DROP DATABASE ${name} WITH (FORCE)`)
    },
  }
}
