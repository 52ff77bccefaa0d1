/** A reason not to start, for the person at the terminal: a stable code, what is wrong, what to do. */
export class StartError extends Error {
  readonly code: string
  readonly fix: string

  constructor(code: string, what: string, fix: string) {
    super(what)
    this.name = 'StartError'
    this.code = code
    this.fix = fix
  }
}

export function formatStartError(error: StartError): string {
  return `${error.code}  ${error.message}\n  fix    ${error.fix}\n`
}
