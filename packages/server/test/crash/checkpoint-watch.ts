// A thread of the harness that kills a server in the middle of a checkpoint. SQLite notes in the
// shared index (-shm, https://sqlite.org/walformat.html#the_wal_index_file_format) how far a
// checkpoint means to copy before it begins (nBackfillAttempted), and how far it came when it is
// done (nBackfill): between the two the main file is being written.
import { closeSync, openSync, readSync } from 'node:fs'
import { parentPort, Worker, workerData } from 'node:worker_threads'

const DONE = 96 / 4
const ATTEMPTED = 128 / 4
const HEADER = 136 / 4

interface Watched {
  readonly index: string
  readonly pid: number
  readonly deadlineMs: number
}

/** Kills process `pid` in its next checkpoint; false when there was none in time. */
export async function killInCheckpoint(watched: Watched): Promise<boolean> {
  const worker = new Worker(new URL(import.meta.url), { workerData: watched })
  return new Promise((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
  })
}

/** Whether the index says that a checkpoint began and did not end; true of a dead process for good. */
export function isInCheckpoint(index: string): boolean {
  const file = openSync(index, 'r')
  try {
    return readsAsUnfinished(file)
  } finally {
    closeSync(file)
  }
}

function readsAsUnfinished(file: number): boolean {
  const header = new Uint32Array(HEADER)
  readSync(file, header, 0, header.byteLength, 0)
  return (header[ATTEMPTED] ?? 0) > (header[DONE] ?? 0)
}

function watch({ index, pid, deadlineMs }: Watched): boolean {
  const file = openSync(index, 'r')
  const end = performance.now() + deadlineMs
  try {
    while (performance.now() < end) {
      if (!readsAsUnfinished(file)) continue
      process.kill(pid, 'SIGKILL')
      return true
    }
    return false
  } finally {
    closeSync(file)
  }
}

parentPort?.postMessage(watch(workerData as Watched)) // absent in the thread that only imports this
