import path from 'node:path'
import { type SigningKey, systemClock } from '@grantd/domain'
import { unsealKey } from '@grantd/oauth'
import { isInUse, openStorage, publicUrl } from '@grantd/storage'
import { checkBackup, holdsData, restoreAll } from '@grantd/storage/copy'
import type { Settings } from '../../config/settings.ts'
import { prepareDataFolder } from '../../data-folder.ts'
import { tellingCommit } from '../../events/command-events.ts'
import { encryptionKeyMissing, findEncryptionKey } from '../../secrets.ts'
import { confirm } from '../ask.ts'
import { command } from '../command.ts'
import { sayProgress, showTallies, totalOf } from '../copy-view.ts'
import { EXIT, failed } from '../exit.ts'
import { isInMemory, locate } from '../locate.ts'
import { DATABASE_OPTIONS, TABLE_OR_JSON, YES_OPTION } from '../options.ts'
import { logTo } from '../tools.ts'

export const restore = command({
  details: `Stop every grantd on the database first. A backup does not know what was used, rotated or revoked after it was
made, so nothing that was issued before the restore is accepted after it: people sign in again, apps start anew,
the next start signs with a new key. Clients, accounts, factors and consents come back as they were in the backup;
what was changed since (a password, a disabled account, a withdrawn consent) has to be changed again.`,
  args: [{ name: 'file', help: 'made by "grantd backup"' }],
  options: {
    'forget-consents': { type: 'flag', help: 'every app asks for consent again' },
    ...YES_OPTION,
    ...TABLE_OR_JSON,
    ...DATABASE_OPTIONS,
  },
  examples: [
    'grantd restore grantd.backup',
    'grantd restore grantd.backup --forget-consents --yes',
  ],
  run: async (input) => {
    const { options, terminal, args } = input
    const file = path.resolve(terminal.cwd, args[0] ?? '')
    const onProgress = sayProgress(terminal)
    const { madeAt, kinds: written, keys } = await checkBackup(file, onProgress)
    terminal.say(`${file}: made ${madeAt}, ${totalOf(written)} rows, sound`)
    const located = await locate(input)
    const { settings, mode } = located
    if (isInMemory(located)) throw failed('the database memory: cannot be filled from here')
    requireKeyFor(keys, settings)
    const { url } = settings.database
    if (await isInUse(url)) {
      throw failed(
        `${publicUrl(url)} is in use by another process`,
        'stop every grantd on it first',
      )
    }
    if (mode === 'dev') prepareDataFolder(settings.data.dir)
    const target = await openStorage(url, { isCopyTarget: true })
    try {
      const replace = await holdsData(target)
      if (replace) {
        const what = `${publicUrl(url)} holds data; the backup replaces all of it.`
        await confirm(terminal, `${what} Go on?`, options.yes)
      }
      const kinds = await restoreAll({
        file,
        target,
        clock: systemClock,
        replace,
        forgetConsents: options['forget-consents'],
        onProgress,
        finish: tellingCommit(target, settings, logTo(terminal)),
      })
      showTallies(terminal, options.output, kinds)
    } finally {
      await target.close()
    }
    terminal.say('restored; no code, token, session or link from before is accepted any more')
    terminal.say(`repeat what was disabled, deleted, withdrawn or changed after ${madeAt}`)
    return EXIT.ok
  },
})

/** Before anything is changed: with another key neither second factors nor client secrets would open. */
function requireKeyFor(keys: readonly SigningKey[], settings: Settings): void {
  const [key] = keys
  if (key === undefined) return
  const encryptionKey = findEncryptionKey(settings)
  if (encryptionKey === undefined) throw encryptionKeyMissing()
  unsealKey(key.sealedPrivateKey, key.kid, encryptionKey)
}
