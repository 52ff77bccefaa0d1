// Owns: one change of one account, lost to nobody: what another wrote meanwhile is a conflict.
import type { Change } from '@grantd/domain'
import { conflict } from './exit.ts'
import type { Tools } from './tools.ts'

export async function commitUser(changes: readonly Change[], { services }: Tools): Promise<void> {
  const result = await services.storage.commit(changes)
  if (result.outcome === 'committed') return
  throw conflict('somebody changed the account at this moment; nothing was changed', 'try it again')
}
