import { systemClock } from '@grantd/domain'
import { isInUse, openStorage, publicUrl, readOnlyUrl } from '@grantd/storage'
import { moveAll } from '@grantd/storage/copy'
import { tellingCommit } from '../../events/command-events.ts'
import { command } from '../command.ts'
import { sayProgress, showTallies, totalOf } from '../copy-view.ts'
import { databaseReference } from '../database-reference.ts'
import { EXIT, failed, usageError } from '../exit.ts'
import { locate, requireDatabase } from '../locate.ts'
import { DATABASE_OPTIONS, TABLE_OR_JSON } from '../options.ts'
import { logTo } from '../tools.ts'

export const move = command({
  details: `Copies everything to an empty database of any kind and leaves the source as it is. Stop every grantd on both
first. Cut short, it goes on where it stopped when it is called again; at the end all rows of both are read and
compared. Then point OAUTH2_DATABASE_URL to the new one and keep the encryption key: what is sealed stays sealed.`,
  options: {
    from: { type: 'text', value: 'URL', help: 'the source (default: the configured database)' },
    to: {
      type: 'text',
      value: 'URL',
      help: 'an empty database; env:NAME or file:PATH for a secret',
    },
    ...TABLE_OR_JSON,
    ...DATABASE_OPTIONS,
  },
  examples: [
    'grantd move --to env:NEW_DATABASE_URL',
    'grantd move --from sqlite:oauth2.db --to postgresql://grantd@db.example/grantd',
  ],
  run: async (input) => {
    const { options, terminal } = input
    if (options.to === undefined) throw usageError('"grantd move" needs --to: an empty database')
    const to = databaseReference(options.to, '--to', terminal)
    const from =
      options.from === undefined
        ? await configured(input)
        : databaseReference(options.from, '--from', terminal)
    for (const url of [from, to]) await refuseUnusable(url)
    if (publicUrl(from) === publicUrl(to)) throw usageError('--from and --to are one database')
    const { settings } = await locate(input)
    const source = await openStorage(readOnlyUrl(from))
    try {
      const target = await openStorage(to, { isCopyTarget: true })
      try {
        const kinds = await moveAll({
          source,
          target,
          from: publicUrl(from),
          clock: systemClock,
          onProgress: sayProgress(terminal),
          finish: tellingCommit(target, settings, logTo(terminal)),
        })
        showTallies(terminal, options.output, kinds)
        terminal.say(`${totalOf(kinds)} rows are in ${publicUrl(to)}, each as in the source`)
        terminal.say('next: set OAUTH2_DATABASE_URL to it; the encryption key stays the same')
      } finally {
        await target.close()
      }
    } finally {
      await source.close()
    }
    return EXIT.ok
  },
})

async function configured(input: Parameters<typeof locate>[0]): Promise<string> {
  const located = await locate(input)
  await requireDatabase(located)
  return located.settings.database.url
}

async function refuseUnusable(url: string): Promise<void> {
  if (url.startsWith('memory:'))
    throw usageError('memory: lives inside one process and holds nothing')
  if (!(await isInUse(url))) return
  throw failed(
    `${publicUrl(url)} is in use by another process`,
    'stop every grantd that works on it, then repeat',
  )
}
