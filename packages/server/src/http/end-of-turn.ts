let turn: Promise<void> | undefined

/**
 * Resolves when the event loop has read what had arrived, for all who wait at once. Requests of one
 * turn then go through each step together and their answers leave together: the processor stays in
 * one piece of code, and the peer is woken once instead of once an answer.
 */
export function endOfTurn(): Promise<void> {
  turn ??= new Promise((resolve) => {
    setImmediate(() => {
      turn = undefined
      resolve()
    })
  })
  return turn
}
