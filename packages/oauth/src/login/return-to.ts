const MAX_LENGTH = 8_192
// Where a sign-in may lead: our own pages, named exactly, so that no parser can be talked into another host.
const ALLOWED = /^\/(?:oauth\/authorize\?[\x21\x23-\x5B\x5D-\x7E]*|profile(?:\/[a-z-]{1,20})?)$/

/** The local path to go on with after sign-in, or `undefined` for anything else (CVE-2024-39694). */
export function safeReturnTo(text: string | undefined): string | undefined {
  if (text === undefined || text.length > MAX_LENGTH) return undefined
  return ALLOWED.test(text) ? text : undefined
}

export function loginPath(returnTo: string, extra: Readonly<Record<string, string>> = {}): string {
  return `/auth/login?${new URLSearchParams({ ...extra, return_to: returnTo })}`
}
