/** `rwc` creates the file when it is missing, `rw` does not, `ro` never writes. */
export type SqliteMode = 'rwc' | 'rw' | 'ro'

export interface SqliteLocation {
  readonly path: string
  readonly mode: SqliteMode
}

const MODES: readonly string[] = ['rwc', 'rw', 'ro']

/**
 * Reads `sqlite:<path>[?mode=rwc|rw|ro]` or `sqlite://<path>`; a path that does not start with a
 * slash is relative to the working directory. Throws an Error that says what is wrong.
 */
export function parseSqliteUrl(url: string): SqliteLocation {
  const [, path = '', query = ''] = /^sqlite:(?:\/\/)?([^?]*)(?:\?(.*))?$/.exec(url) ?? []
  if (path === '') throw new Error(`no path in storage URL "${url}"; write sqlite:grantd.db`)
  if (path === ':memory:') throw new Error('sqlite::memory: cannot be shared; use memory: instead')
  const settings = new URLSearchParams(query)
  const unknown = [...settings.keys()].find((key) => key !== 'mode')
  if (unknown !== undefined) throw new Error(`unknown setting "${unknown}" in storage URL "${url}"`)
  const mode = settings.get('mode') ?? 'rwc'
  if (!MODES.includes(mode)) throw new Error(`mode in "${url}" must be one of ${MODES.join(', ')}`)
  return { path, mode: mode as SqliteMode }
}
