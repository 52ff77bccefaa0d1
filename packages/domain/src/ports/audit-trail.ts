import type { AuditChain, AuditFilter, AuditRecord, ChainedRecord } from '../audit.ts'
import type { AuditId, UserId } from '../ids.ts'
import type { Page } from './storage.ts'

/**
 * Changes of the audit log. Features only insert. A record joins the chain after its commit, so that
 * no request waits for another one's record.
 */
export type AuditChange =
  | { readonly kind: 'audit.insert'; readonly record: AuditRecord }
  /** Guard: it exists and is in the chain at no place yet. */
  | {
      readonly kind: 'audit.link'
      readonly id: AuditId
      readonly seq: number
      readonly hash: string
    }
  /** Guard: that end of the chain stands at `from`. Of two processes that extend it, one wins. */
  | {
      readonly kind: 'audit.mark'
      readonly end: 'base' | 'head'
      readonly from: number
      readonly seq: number
      readonly hash: string
      readonly mac: string
    }
  /** Deletes what is in the chain up to place `upTo`. */
  | { readonly kind: 'audit.trim'; readonly upTo: number }

export interface AuditStore {
  /** Newest first. */
  list(page: Page & AuditFilter): Promise<readonly AuditRecord[]>
  /** What is on record about one person. */
  listBySubject(userId: UserId, page: Page): Promise<readonly AuditRecord[]>
  /** Records that are not in the chain yet, the oldest first. */
  listUnchained(limit: number): Promise<readonly AuditRecord[]>
  /** The chain after place `after`, in order. */
  listChained(after: number, limit: number): Promise<readonly ChainedRecord[]>
  chain(): Promise<AuditChain>
}
