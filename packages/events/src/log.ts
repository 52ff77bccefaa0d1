/** Structured log lines without secrets; the server's log fits. */
export interface EventLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}
