/** The mailbox of one shard is at its bound. Nothing was queued; asking again later may succeed. */
export class MailboxFull extends Error {
  override readonly name = 'MailboxFull'
  readonly code = 'mailbox_full'
  readonly actor: string
  readonly shard: number
  /** The bound that was reached: messages waiting plus messages in progress. */
  readonly capacity: number

  constructor(actor: string, shard: number, capacity: number) {
    super(`the mailbox of ${actor}#${shard} is full (${capacity} messages)`)
    this.actor = actor
    this.shard = shard
    this.capacity = capacity
  }
}

/**
 * The ask was not answered in time. When `started` is false the message was never handled and never
 * will be; when it is true the handler is still running and its effect is unknown to the asker.
 */
export class DeadlineExceeded extends Error {
  override readonly name = 'DeadlineExceeded'
  readonly code = 'deadline_exceeded'
  readonly actor: string
  readonly method: string
  readonly started: boolean

  constructor(actor: string, method: string, started: boolean) {
    super(`${actor}.${method} was not ${started ? 'answered' : 'started'} before its deadline`)
    this.actor = actor
    this.method = method
    this.started = started
  }
}

/**
 * The actor takes no messages any more: its system stops, or supervision gave it up. `cause` is the
 * fault that ended it, absent for an ordered stop.
 */
export class ActorStopped extends Error {
  override readonly name = 'ActorStopped'
  readonly code = 'actor_stopped'
  readonly actor: string
  readonly shard: number

  constructor(actor: string, shard: number, cause?: unknown) {
    super(`${actor}#${shard} is stopped`, cause === undefined ? undefined : { cause })
    this.actor = actor
    this.shard = shard
  }
}
