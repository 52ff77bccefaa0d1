/** The issuer at a host, or the issuer itself where a URL was given. */
export function issuerOfDomain(domain: string | undefined): string {
  const given = requiredIssuer(domain)
  return /^https?:\/\//.test(given) ? given : `https://${given}`
}

/** Throws RangeError: the configuration refuses such a provider before it comes here. */
export function requiredIssuer(issuer: string | undefined): string {
  if (issuer === undefined) throw new RangeError('the provider has no issuer')
  return issuer
}
