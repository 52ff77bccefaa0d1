/** A place in a configuration text. Lines and columns count from 1. */
export interface Origin {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** `file:line:column`, the form editors and terminals turn into a link. */
function formatOrigin(origin: Origin): string {
  return `${origin.file}:${origin.line}:${origin.column}`
}

/**
 * The only error that reading HOCON throws: syntax, includes, substitutions and limits alike.
 * `reason` is the sentence without the place; no value of the file is ever quoted in it.
 */
export class HoconError extends Error {
  readonly reason: string
  readonly origin: Origin

  constructor(reason: string, origin: Origin, options?: ErrorOptions) {
    super(`${formatOrigin(origin)}: ${reason}`, options)
    this.name = 'HoconError'
    this.reason = reason
    this.origin = origin
  }
}
