import { type EpochSeconds, epochSeconds } from './clock.ts'
import type { Storage } from './ports/storage.ts'

/** The note that a restore leaves. */
export const RESTORE_EPOCH = 'restore epoch'

/**
 * When this database was last filled from a backup; 0 for never. The backup does not know which proofs
 * (client assertions, answers to challenges) were used since it was made, so those from before the
 * epoch are refused. What is stored needs no such look: a restore leaves out what could be used again.
 */
export async function restoreEpoch(storage: Pick<Storage, 'notes'>): Promise<EpochSeconds> {
  return epochSeconds(Number((await storage.notes.find(RESTORE_EPOCH)) ?? 0))
}
