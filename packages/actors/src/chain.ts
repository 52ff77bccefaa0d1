/** What an item needs to be linked into a chain. An item is in at most one chain at a time. */
export interface Linked<T> {
  before: T | undefined
  after: T | undefined
}

/** A doubly linked list through its items: no allocation, and removal from the middle is O(1). */
export class Chain<T extends Linked<T>> {
  first: T | undefined
  last: T | undefined
  length = 0

  push(item: T): void {
    item.before = this.last
    item.after = undefined
    if (this.last) this.last.after = item
    else this.first = item
    this.last = item
    this.length++
  }

  shift(): T | undefined {
    const item = this.first
    if (item) this.remove(item)
    return item
  }

  /** `item` must be in this chain. */
  remove(item: T): void {
    if (item.before) item.before.after = item.after
    else this.first = item.after
    if (item.after) item.after.before = item.before
    else this.last = item.before
    item.before = undefined
    item.after = undefined
    this.length--
  }
}
