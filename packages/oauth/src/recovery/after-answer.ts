/**
 * Does `work` in a later turn of the event loop, when the answer to the request at hand has been written:
 * started at once, its first steps would come before the answer, and take longer for those who have an
 * account (T152).
 */
export function afterAnswer(work: () => void): void {
  setImmediate(work)
}
