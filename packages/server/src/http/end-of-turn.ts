type Task<Value> = (value: Value) => void

let tasks: [task: Task<unknown>, value: unknown][] = []

/**
 * Runs `task` when the event loop has read what had arrived, together with the tasks of all others.
 * Requests of one turn then go through each step together and their answers leave together: the
 * processor stays in one piece of code, and the peer is woken once instead of once an answer.
 */
export function atEndOfTurn<Value>(task: Task<Value>, value: Value): void {
  if (tasks.push([task as Task<unknown>, value]) === 1) setImmediate(runAll) // the two belong together
}

/** The same for code that awaits. */
export function endOfTurn(): Promise<void> {
  return new Promise((resolve) => atEndOfTurn(resolve, undefined))
}

function runAll(): void {
  const due = tasks
  tasks = []
  for (const [task, value] of due) {
    try {
      task(value)
    } catch (error) {
      // A fault of one must not leave the others without an answer; it is as fatal as it was.
      setImmediate(() => {
        throw error
      })
    }
  }
}
