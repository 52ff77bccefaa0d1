// Owns: what a report of `npm audit --json` means. Does not own: asking for it (scripts/audit.ts).

export type AuditVerdict =
  | { readonly verdict: 'clean' }
  | { readonly verdict: 'vulnerable'; readonly findings: readonly string[] }
  /** Nobody could be asked: no network, or a registry that keeps no advisories. */
  | { readonly verdict: 'unknown'; readonly reason: string }

interface Report {
  readonly vulnerabilities?: Readonly<
    Record<string, { readonly severity: string; readonly range: string }>
  >
  readonly metadata?: { readonly vulnerabilities?: { readonly total?: number } }
  readonly message?: string
}

export function judgeAudit(text: string): AuditVerdict {
  let report: Report | null
  try {
    report = JSON.parse(text)
  } catch {
    return { verdict: 'unknown', reason: 'npm gave no report' }
  }
  const { vulnerabilities, metadata, message } = report ?? {}
  // A report without a total is the report of a failure, however it ended.
  if (vulnerabilities === undefined || metadata?.vulnerabilities?.total === undefined) {
    return { verdict: 'unknown', reason: message ?? 'npm gave no report' }
  }
  const findings = Object.entries(vulnerabilities).map(
    ([name, { severity, range }]) => `${severity} ${name} ${range}`,
  )
  return findings.length === 0 ? { verdict: 'clean' } : { verdict: 'vulnerable', findings }
}
