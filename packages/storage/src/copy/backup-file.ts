// Owns: the file of a backup. JSON lines, compressed by gzip: a header, one line per row, and a last
// line with counts and checksums. Start here: `writeBackup`.
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { rename, rm, stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import {
  ROW_KINDS,
  type RowKind,
  type SigningKey,
  type Storage,
  type StoredRow,
} from '@grantd/domain'
import { CopyError } from './error.ts'
import { type KindTally, Tally } from './tally.ts'
import { type OnProgress, SLICE_ROWS, slicesOf } from './transfer.ts'

const FORMAT_VERSION = 1

interface Header {
  readonly grantd_backup: number
  /** ISO 8601; everything that was acknowledged before is in the file. */
  readonly made_at: string
}

interface End {
  readonly end: readonly KindTally[]
  /** SHA-256 of the text of all lines before. */
  readonly sha256: string
}

/** What a file says of itself, once all of it was read and is as it was written. */
export interface CheckedBackup {
  readonly madeAt: string
  readonly kinds: readonly KindTally[]
  /** Sealed; for finding out whether the encryption key at hand opens them. */
  readonly keys: readonly SigningKey[]
}

/**
 * Writes all rows of one moment to a new private file, and reads it again before it gets its name.
 * Throws CopyError, or what the file system says.
 */
export async function writeBackup(
  storage: Storage,
  file: string,
  options: { readonly now: Date; readonly onProgress?: OnProgress },
): Promise<readonly KindTally[]> {
  const draft = `${file}.part`
  const tally = new Tally()
  const snapshot = await storage.snapshot()
  try {
    const text = textOf(slicesOf(snapshot), tally, options)
    const output = createWriteStream(draft, { flags: 'wx', mode: 0o600, flush: true })
    await pipeline(Readable.from(text), createGzip({ level: 1 }), output)
    const { kinds } = await checkBackup(draft, options.onProgress)
    if (JSON.stringify(kinds) !== JSON.stringify(tally.report())) throw damaged(draft)
    await rename(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') await rm(draft, { force: true })
    throw error
  } finally {
    await snapshot.close()
  }
  return tally.report()
}

async function* textOf(
  slices: AsyncIterable<readonly StoredRow[]>,
  tally: Tally,
  options: { readonly now: Date; readonly onProgress?: OnProgress },
): AsyncGenerator<string> {
  const sha256 = createHash('sha256')
  const header: Header = { grantd_backup: FORMAT_VERSION, made_at: options.now.toISOString() }
  let text = `${JSON.stringify(header)}\n`
  for await (const slice of slices) {
    for (const stored of slice) {
      tally.add(stored)
      text += `${JSON.stringify([stored.kind, stored.row])}\n`
    }
    sha256.update(text)
    yield text
    text = ''
    options.onProgress?.({ task: 'read', kind: slice[0]?.kind ?? 'audit', rows: tally.total })
  }
  sha256.update(text)
  const end: End = { end: tally.report(), sha256: sha256.digest('hex') }
  yield `${text}${JSON.stringify(end)}\n`
}

/** Reads all of a file. Throws CopyError `E_BACKUP_DAMAGED` or `E_BACKUP_UNKNOWN`. */
export async function checkBackup(file: string, onProgress?: OnProgress): Promise<CheckedBackup> {
  await stat(file) // says plainly when there is none
  const tally = new Tally()
  const keys: SigningKey[] = []
  const reading = backupRows(file)
  for (;;) {
    const { value, done } = await reading.next()
    if (done) {
      if (JSON.stringify(value.end) !== JSON.stringify(tally.report())) throw damaged(file)
      return { madeAt: value.madeAt, kinds: value.end, keys }
    }
    for (const stored of value) {
      tally.add(stored)
      if (stored.kind === 'key') keys.push(stored.row)
    }
    onProgress?.({ task: 'verify', kind: value[0]?.kind ?? 'audit', rows: tally.total })
  }
}

/** The rows of a file in slices of one kind; at the end what it says of them. */
export async function* backupRows(
  file: string,
): AsyncGenerator<readonly StoredRow[], { readonly end: readonly KindTally[]; madeAt: string }> {
  const sha256 = createHash('sha256')
  let header: Header | undefined
  let slice: StoredRow[] = []
  for await (const line of linesOf(file)) {
    if (header === undefined) {
      header = headerOf(line, file)
      sha256.update(`${line}\n`)
      continue
    }
    const parsed = parse(line, file)
    if (!Array.isArray(parsed)) {
      const { end, sha256: written } = parsed as End // only the last line is an object
      if (!Array.isArray(end) || written !== sha256.digest('hex')) throw damaged(file)
      if (slice.length > 0) yield slice
      return { end, madeAt: header.made_at }
    }
    sha256.update(`${line}\n`)
    const stored = { kind: knownKind(parsed[0], file), row: parsed[1] } as StoredRow // by writeBackup
    const isFull =
      slice.length >= SLICE_ROWS || (slice.length > 0 && slice[0]?.kind !== stored.kind)
    if (isFull) {
      yield slice
      slice = []
    }
    slice.push(stored)
  }
  throw damaged(file)
}

function headerOf(line: string, file: string): Header {
  const header = parse(line, file) as Partial<Header> | null
  const version = header?.grantd_backup
  if (version === undefined || header?.made_at === undefined) throw unknown(file)
  if (version > FORMAT_VERSION) {
    throw new CopyError(
      'E_BACKUP_UNKNOWN',
      `${file} was made by a newer grantd (format ${version}); restore it with that version`,
    )
  }
  return { grantd_backup: version, made_at: header.made_at }
}

function knownKind(kind: unknown, file: string): RowKind {
  const known = ROW_KINDS.find((name) => name === kind)
  if (known !== undefined) return known
  throw new CopyError(
    'E_BACKUP_UNKNOWN',
    `${file} holds rows that this version does not know; restore it with the grantd that made it`,
  )
}

function parse(line: string, file: string): unknown {
  try {
    return JSON.parse(line)
  } catch (cause) {
    throw damaged(file, cause)
  }
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const input = createReadStream(file)
  const plain = createGunzip()
  const ended = pipeline(input, plain).catch(() => undefined) // told to whoever reads `plain`
  plain.setEncoding('utf8')
  let rest = ''
  let isAny = false
  try {
    for await (const chunk of plain) {
      isAny = true
      const lines = `${rest}${chunk}`.split('\n')
      rest = lines.pop() ?? ''
      yield* lines
    }
  } catch (cause) {
    throw isAny ? damaged(file, cause) : unknown(file, cause)
  }
  await ended
  if (rest !== '') throw damaged(file)
}

const damaged = (file: string, cause?: unknown) =>
  new CopyError(
    'E_BACKUP_DAMAGED',
    `${file} is cut off or was changed since it was written; use another backup`,
    { cause },
  )

const unknown = (file: string, cause?: unknown) =>
  new CopyError('E_BACKUP_UNKNOWN', `${file} was not made by grantd backup`, { cause })
