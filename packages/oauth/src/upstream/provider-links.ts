import type { ProviderLink } from '../page-form.ts'
import type { Services } from '../services.ts'

/** The providers on the sign-in page. Plain links: form-action stands in the way of a form's redirects. */
export function providerLinks(
  returnTo: string | undefined,
  { upstream }: Pick<Services, 'upstream'>,
): readonly ProviderLink[] {
  const query = returnTo === undefined ? '' : `?${new URLSearchParams({ return_to: returnTo })}`
  const providers = upstream?.providers ?? []
  return providers.map(({ id, label }) => ({ label, href: `/auth/login/${id}${query}` }))
}
