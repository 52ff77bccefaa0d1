import { firstLink } from './open.ts'
import { parsePostgresUrl } from './url.ts'

const PATIENCE_MS = 5_000

/** Other connections that call themselves as ours do. */
export async function isPostgresInUse(url: string): Promise<boolean> {
  const location = parsePostgresUrl(url)
  const link = await firstLink(location, PATIENCE_MS)
  try {
    const { rowCount } = await link.query({
      text: `SELECT 1 FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = $1`,
      values: [location.applicationName],
    })
    return rowCount !== 0
  } finally {
    await link.close()
  }
}
