// The writer thread: the only connection that writes. It knows statements by number, nothing of OAuth.
import { statSync } from 'node:fs'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import type { SqlValue } from '../params.ts'
import { openForWriting } from './connection.ts'
import { isSyncFailure, isUniqueViolation, isValueError } from './errors.ts'
import { OpenedFile } from './opened-file.ts'
import { type Failure, fromMain, type WriterData, type WriterReply } from './protocol.ts'

/** 4 MB. The commit that a checkpoint falls into waits for it; smaller ones cost no more in all. */
const CHECKPOINT_PAGES = 1_000
/** Above this the log is cut back by force; a reader that never rests could let it grow for ever. */
const LOG_LIMIT_BYTES = 64 * 1_048_576
/** Ids ascend, so writes need the right edges of tables and indexes; the rest is in the cache of the system. */
const CACHE_KIB = 4_096
const LOOK_AT_LOG_EVERY = 64
/** Batches with a savepoint per unit, after one that could not do without. */
const CAREFUL_BATCHES = 64

interface Prepared {
  readonly statement: StatementSync
  readonly arity: number
  readonly bytes: readonly number[]
  readonly guard: 'none' | 'changes' | 'exists'
  readonly givesPlace: boolean
  /** A guard that looks for a row, and not for the absence of one: no row that is added ends it. */
  readonly keeps: boolean
  /** It adds a row and touches no other: a row that was found before it is still there. */
  readonly onlyAdds: boolean
}

const ONLY_ADDS = /^insert into (?!.*\bon conflict\b)/is
const BY_ABSENCE = /\bjoin\b|\bnot exists\b|\bnot in\b/i

class Writer {
  readonly #database: DatabaseSync
  readonly #statements: readonly Prepared[]
  readonly #savepoint: StatementSync
  readonly #release: StatementSync
  readonly #logPath: string
  readonly #file: OpenedFile
  readonly #busyTimeoutMs: number
  #batches = 0
  /**
   * How many batches more get a savepoint per unit. Hardly any unit has to be undone once it wrote
   * something, and savepoints are a good part of what units of several writes cost: a batch goes
   * without them, and is run anew with them when it turns out that it needs one.
   */
  #careful = 0
  /** Of the unit that runs. */
  #place = 0
  /**
   * Guards that held in the batch that runs, each with its values. Nobody else can write meanwhile, so
   * they hold until one of its units does more than add rows: that a client is enabled is looked up
   * once for all the tokens of a batch.
   */
  readonly #held = new Set<string>()

  constructor(data: WriterData) {
    this.#database = openForWriting(data.location, data.busyTimeoutMs)
    this.#busyTimeoutMs = data.busyTimeoutMs
    this.#logPath = `${data.location.path}-wal`
    this.#file = new OpenedFile(data.location.path)
    this.#database.exec(
      `PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};
       PRAGMA journal_size_limit = ${LOG_LIMIT_BYTES};
       PRAGMA cache_size = -${CACHE_KIB};
       PRAGMA temp_store = MEMORY`,
    )
    this.#statements = data.statements.map((text) => ({
      ...text,
      givesPlace: text.givesPlace === true,
      statement: this.#database.prepare(text.sql),
      keeps: text.guard === 'exists' && !BY_ABSENCE.test(text.sql),
      onlyAdds: ONLY_ADDS.test(text.sql),
    }))
    this.#savepoint = this.#database.prepare('SAVEPOINT unit')
    this.#release = this.#database.prepare('RELEASE unit')
  }

  ready(): WriterReply {
    const mode = this.#database.prepare('PRAGMA journal_mode').get()
    const synchronous = this.#database.prepare('PRAGMA synchronous').get()
    return {
      type: 'ready',
      journalMode: String(mode?.journal_mode),
      synchronous: Number(synchronous?.synchronous),
    }
  }

  run(units: readonly (readonly SqlValue[])[]): WriterReply {
    const loss = this.#file.loss()
    if (loss !== undefined) return failedBatch({ kind: 'unavailable', message: loss })
    try {
      return this.#attempt(units)
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      if (!(error instanceof HalfWritten)) return failedBatch(failureOfBatch(error))
    }
    this.#careful = CAREFUL_BATCHES
    try {
      return this.#attempt(units)
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      return failedBatch(failureOfBatch(error))
    }
  }

  #attempt(units: readonly (readonly SqlValue[])[]): WriterReply {
    const failures: [number, Failure][] = []
    const places: number[] = []
    this.#held.clear()
    this.#database.exec('BEGIN IMMEDIATE')
    const results = units.map((unit, number) => {
      try {
        this.#place = 0
        const result = this.#unit(unit)
        if (this.#place > 0) {
          while (places.length < number) places.push(0)
          places.push(this.#place)
        }
        return result
      } catch (error) {
        // A value that does not fit fails its own unit; a full disk or a broken file fails them all.
        if (!isOfUnit(error) || !this.#database.isTransaction) throw error
        failures.push([number, failureOf(error, isUniqueViolation(error))])
        return 0
      }
    })
    this.#commit()
    if (this.#careful > 0) this.#careful--
    return { type: 'batch', results, places, failures, failed: undefined }
  }

  /** Called after the batch was answered, so that nobody waits for it. */
  tend(): void {
    if (++this.#batches % LOOK_AT_LOG_EVERY !== 0) return
    const size = statSync(this.#logPath, { throwIfNoEntry: false })?.size ?? 0
    if (size < LOG_LIMIT_BYTES) return
    try {
      this.#database.exec('PRAGMA busy_timeout = 50; PRAGMA wal_checkpoint(TRUNCATE)')
    } catch {
      // A checkpoint that fails loses nothing; the next one, or the next commit, tells.
    } finally {
      this.#database.exec(`PRAGMA busy_timeout = ${this.#busyTimeoutMs}`)
    }
  }

  close(): void {
    this.#database.close()
  }

  #commit(): void {
    try {
      this.#database.exec('COMMIT')
    } catch (error) {
      if (isSyncFailure(error)) throw new Uncertain(error)
      throw error
    }
  }

  /** Several writes stand or fall together; one alone is atomic already, whatever was read before it. */
  #unit(unit: readonly SqlValue[]): number {
    const reads = this.#leadingReads(unit)
    if (reads.result < 0) return reads.result
    if (this.#careful === 0) return this.#statementsOf(unit, reads)
    const first = this.#statements[Number(unit[reads.end])]
    if (first !== undefined && unit.length === reads.end + 1 + first.arity) {
      return this.#statementsOf(unit, reads)
    }
    this.#savepoint.run()
    try {
      const result = this.#statementsOf(unit, reads)
      if (result < 0) this.#database.exec('ROLLBACK TO unit')
      this.#release.run()
      return result
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK TO unit; RELEASE unit')
      throw error
    }
  }

  /** Runs the guards at the start of a unit that only read: losing one leaves nothing to undo. */
  #leadingReads(unit: readonly SqlValue[]): Progress {
    let end = 0
    for (let position = 0; ; position++) {
      const prepared = this.#statements[Number(unit[end])]
      if (end >= unit.length || prepared?.guard !== 'exists') {
        return { end, position, result: position }
      }
      const next = end + 1 + prepared.arity
      const guard = prepared.keeps ? JSON.stringify(unit.slice(end, next)) : undefined
      if (guard === undefined || !this.#held.has(guard)) {
        if (this.#execute(prepared, unit.slice(end + 1, next)) === 0) {
          return { end, position, result: -1 - position }
        }
        if (guard !== undefined) this.#held.add(guard)
      }
      end = next
    }
  }

  /** Throws HalfWritten when it ends early, something is written, and there is no savepoint to go back to. */
  #statementsOf(unit: readonly SqlValue[], from: Progress): number {
    let { position, result: changes } = from
    let hasWritten = false
    try {
      for (let at = from.end; at < unit.length; position++) {
        const prepared = this.#statements[Number(unit[at])]
        if (prepared === undefined) throw new TypeError(`no statement ${unit[at]}`)
        const end = at + 1 + prepared.arity
        if (!prepared.onlyAdds && prepared.guard !== 'exists') this.#held.clear()
        const changed = this.#execute(prepared, unit.slice(at + 1, end))
        if (changed === 0 && prepared.guard !== 'none') {
          if (hasWritten && this.#careful === 0) throw new HalfWritten()
          return -1 - position
        }
        if (prepared.guard !== 'exists') hasWritten ||= changed > 0
        changes += changed
        at = end
      }
    } catch (error) {
      throw hasWritten && this.#careful === 0 && isOfUnit(error) ? new HalfWritten() : error
    }
    return changes
  }

  #execute(prepared: Prepared, values: (SqlValue | Uint8Array)[]): number {
    for (const position of prepared.bytes) {
      const text = values[position]
      if (typeof text === 'string') values[position] = Buffer.from(text, 'base64url')
    }
    if (prepared.guard === 'exists') return prepared.statement.get(...values) === undefined ? 0 : 1
    const { changes, lastInsertRowid } = prepared.statement.run(...values)
    if (prepared.givesPlace) this.#place = Number(lastInsertRowid)
    return Number(changes)
  }
}

/** How far a unit was run: to its value number `end`, its statement number `position`. */
interface Progress {
  readonly end: number
  readonly position: number
  /** As a unit's result: rows so far or, below zero, the guard that was lost. */
  readonly result: number
}

/** A unit has to be undone that wrote something, and its batch has no savepoints. */
class HalfWritten extends Error {}

const isOfUnit = (error: unknown) => !(error instanceof HalfWritten) && isValueError(error)

/** The commit may be on disk or not. */
class Uncertain extends Error {
  readonly failure: Failure

  constructor(cause: unknown) {
    super('commit uncertain', { cause })
    this.failure = { ...failureOf(cause, false), kind: 'unknown' }
  }
}

function failedBatch(failed: Failure): WriterReply {
  return { type: 'batch', results: [], places: [], failures: [], failed }
}

function failureOfBatch(error: unknown): Failure {
  return error instanceof Uncertain ? error.failure : failureOf(error, false)
}

function failureOf(error: unknown, isConflict: boolean): Failure {
  const message = error instanceof Error ? error.message : String(error)
  return { kind: isConflict ? 'conflict' : 'unavailable', message }
}

const port = parentPort
if (port === null) throw new Error('worker.ts runs as a worker thread only')
const writer = new Writer(workerData as WriterData) // started by startWriter alone
port.postMessage(writer.ready())
port.on('message', (batch: string | null) => {
  if (batch === null) {
    writer.close()
    port.close()
    return
  }
  port.postMessage(writer.run(fromMain(batch)))
  writer.tend()
})
