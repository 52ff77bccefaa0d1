import { existsSync } from 'node:fs'
import path from 'node:path'
import { openStorage, readOnlyUrl } from '@grantd/storage'
import { writeBackup } from '@grantd/storage/copy'
import { command } from '../command.ts'
import { sayProgress, showTallies, totalOf } from '../copy-view.ts'
import { conflict, EXIT } from '../exit.ts'
import { locate, requireDatabase } from '../locate.ts'
import { DATABASE_OPTIONS, TABLE_OR_JSON } from '../options.ts'

export const backup = command({
  details: `Works beside a running server and holds it up by nothing: the file has all that was acknowledged before the
command began. It is private (0600), has checksums, and is read again before it gets its name. It fits every kind of
database. What is sealed in it opens with the encryption key alone, which is not in it.`,
  args: [{ name: 'file', help: 'a new file, such as grantd-2026-05-01.backup' }],
  options: { ...TABLE_OR_JSON, ...DATABASE_OPTIONS },
  examples: ['grantd backup grantd.backup', 'grantd backup grantd.backup --output json'],
  run: async (input) => {
    const { options, terminal, args } = input
    const file = path.resolve(terminal.cwd, args[0] ?? '')
    if (existsSync(file)) throw conflict(`${file} exists already; nothing was written`)
    const located = await locate(input)
    await requireDatabase(located)
    const { database, data, secrets } = located.settings
    const storage = await openStorage(readOnlyUrl(database.url))
    try {
      const kinds = await writeBackup(storage, file, {
        now: new Date(),
        onProgress: sayProgress(terminal),
      })
      showTallies(terminal, options.output, kinds)
      terminal.say(`${totalOf(kinds)} rows are in ${file}; it was read again and is sound`)
    } finally {
      await storage.close()
    }
    const keyFile = path.resolve(terminal.cwd, data.dir, 'encryption.key')
    const isInFile = secrets.encryption_key === undefined && existsSync(keyFile)
    const key = isInFile ? keyFile : 'OAUTH2_ENCRYPTION_KEY of the server'
    terminal.say(`keep the encryption key as well, elsewhere: ${key}`)
    return EXIT.ok
  },
})
