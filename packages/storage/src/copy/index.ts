// Owns: whole copies of a database: moving it to another backend, backups, restores with their epoch.
// Does not own: how a backend reads and writes rows. Start here: move.ts, backup-file.ts, restore.ts.
export { type CheckedBackup, checkBackup, writeBackup } from './backup-file.ts'
export { type MoveOptions, moveAll } from './move.ts'
export { holdsData, type RestoreOptions, restoreAll } from './restore.ts'
export type { KindTally } from './tally.ts'
export type { OnProgress } from './transfer.ts'
