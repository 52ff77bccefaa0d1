// Owns: the audit log as a chain: records join it after their commit, leave it by retention, and are
// verified. Does not own: writing records (audit.ts), hashes (domain). Start here: `extendChain`.
import {
  type AuditRecord,
  AuditSeal,
  after,
  ChainWalk,
  type Change,
  chainHash,
  type EpochSeconds,
  nowSeconds,
} from '@grantd/domain'
import { auditChange } from '../audit.ts'
import type { Services } from '../services.ts'

export type ChainPorts = Pick<Services, 'storage' | 'clock' | 'ids'> & {
  readonly encryptionKey: Uint8Array
}

/** Records that join in one transaction. */
const SLICE = 200
const PAGE = 1_000

/**
 * Gives the records that wait a place, a slice at a time. Several processes may do it: the end of
 * the chain is a conditional write that one of them wins. Resolves to how many joined by this one.
 */
export async function extendChain(ports: ChainPorts): Promise<number> {
  const seal = new AuditSeal(ports.encryptionKey)
  let joined = 0
  for (;;) {
    const records = await ports.storage.audit.listUnchained(SLICE)
    if (records.length === 0 || !(await join(records, seal, ports))) return joined
    joined += records.length
  }
}

async function join(
  records: readonly AuditRecord[],
  seal: AuditSeal,
  { storage }: ChainPorts,
): Promise<boolean> {
  const { head } = await storage.audit.chain()
  let { seq, hash } = head
  const links: Change[] = records.map((record) => {
    seq++
    hash = chainHash(hash, seq, record)
    return { kind: 'audit.link', id: record.id, seq, hash }
  })
  const mac = seal.mac('head', seq, hash)
  const mark = { kind: 'audit.mark', end: 'head', from: head.seq, seq, hash, mac } as const
  const result = await storage.commit([mark, ...links])
  return result.outcome === 'committed' // else another process was faster, and goes on
}

/**
 * Removes records that are older than `days`, from the beginning of the chain only, and writes down
 * that it did. What remains is still a chain, from the mark that is left. Resolves to how many went.
 */
export async function trimChain(ports: ChainPorts, days: number): Promise<number> {
  if (days === 0) return 0
  const { storage, clock } = ports
  const seal = new AuditSeal(ports.encryptionKey)
  const before = after(nowSeconds(clock), -days * 86_400)
  let removed = 0
  for (;;) {
    const { base } = await storage.audit.chain()
    const gone = await agedAfter(base.seq, before, ports)
    const last = gone.at(-1)
    if (last === undefined) return removed
    const { seq, hash } = last
    const mac = seal.mac('base', seq, hash)
    const note = {
      action: 'audit.trimmed',
      actor: 'retention',
      targetKind: 'audit',
      targetId: String(seq),
      metadata: { records: String(gone.length) },
    } as const
    const result = await storage.commit([
      { kind: 'audit.mark', end: 'base', from: base.seq, seq, hash, mac },
      { kind: 'audit.trim', upTo: seq },
      auditChange(note, ports),
    ])
    if (result.outcome === 'refused') return removed // another process is at it
    removed += gone.length
  }
}

/** How many records `trimChain` would remove; changes nothing. */
export async function countAged(
  ports: Pick<ChainPorts, 'storage' | 'clock'>,
  days: number,
): Promise<number> {
  if (days === 0) return 0
  const before = after(nowSeconds(ports.clock), -days * 86_400)
  let count = 0
  for (let { seq } = (await ports.storage.audit.chain()).base; ; ) {
    const aged = await agedAfter(seq, before, ports)
    count += aged.length
    const last = aged.at(-1)
    if (last === undefined || aged.length < PAGE) return count
    seq = last.seq
  }
}

/** The first records behind a place, a page at most, until one is young enough to stay. */
async function agedAfter(
  seq: number,
  before: EpochSeconds,
  { storage }: Pick<ChainPorts, 'storage'>,
) {
  const oldest = await storage.audit.listChained(seq, PAGE)
  const kept = oldest.findIndex(({ record }) => record.createdAt >= before)
  return kept === -1 ? oldest : oldest.slice(0, kept)
}

export interface ChainReport {
  /** What does not fit; empty when every record is there, unchanged and in its place. */
  readonly faults: readonly string[]
  readonly records: number
  /** Records that have not joined yet: they are not protected. */
  readonly waiting: number
  /** The first place that is there, and the end of the chain. */
  readonly from: number
  readonly head: { readonly seq: number; readonly hash: string }
  /** False when no key was at hand to check the marks with. */
  readonly marksChecked: boolean
}

/**
 * Reads the whole chain. `expected` is an end of the chain as it was noted elsewhere: by it even a
 * chain that was cut off, or made anew with the key, is found out.
 */
export async function verifyChain(
  { storage }: Pick<Services, 'storage'>,
  encryptionKey: Uint8Array | undefined,
  expected?: { readonly seq: number; readonly hash: string },
): Promise<ChainReport> {
  const { base, head } = await storage.audit.chain()
  const walk = new ChainWalk(base)
  const faults =
    encryptionKey === undefined ? [] : foreignMarks(new AuditSeal(encryptionKey), base, head)
  let isExpectedSeen = expected === undefined || expected.seq <= base.seq
  let records = 0
  for (let isEnd = false; !isEnd; ) {
    const page = await storage.audit.listChained(walk.seq, PAGE)
    const until = page.filter(({ seq }) => seq <= head.seq) // others may join meanwhile
    for (const chained of until) {
      walk.step(chained)
      records++
      if (expected?.seq === chained.seq) isExpectedSeen = expected.hash === chained.hash
    }
    isEnd = until.length < PAGE
  }
  const now = await storage.audit.chain()
  // Retention took the beginning away while it was read.
  if (now.base.seq !== base.seq) return verifyChain({ storage }, encryptionKey, expected)
  faults.push(...walk.faults)
  if (walk.seq < head.seq) faults.push(`records ${walk.seq + 1} to ${head.seq} are missing`)
  else if (walk.hash !== head.hash) {
    faults.push('the end of the chain is not the one that was written down')
  }
  const [beyond] = await storage.audit.listChained(now.head.seq, 1)
  if (beyond !== undefined && beyond.seq > (await storage.audit.chain()).head.seq) {
    faults.push(`record ${beyond.seq} stands behind the end of the chain`)
  }
  if (!isExpectedSeen)
    faults.push(`the chain does not hold record ${expected?.seq} as it was noted`)
  return {
    faults,
    records,
    waiting: (await storage.audit.listUnchained(PAGE)).length,
    from: base.seq + 1,
    head: { seq: walk.seq, hash: walk.hash },
    marksChecked: encryptionKey !== undefined,
  }
}

function foreignMarks(
  seal: AuditSeal,
  base: Parameters<AuditSeal['isOurs']>[1],
  head: typeof base,
): string[] {
  const faults: string[] = []
  for (const [end, mark] of [
    ['base', base],
    ['head', head],
  ] as const) {
    if (seal.isOurs(end, mark)) continue
    faults.push(
      `the mark at the ${end === 'base' ? 'beginning' : 'end'} of the chain was not made with this encryption key`,
    )
  }
  return faults
}
