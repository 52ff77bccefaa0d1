import type { User } from '@grantd/domain'
import type { SignedIn } from '../endpoint.ts'
import { factorsOf } from '../evidence/evidence.ts'
import type { Services } from '../services.ts'
import { ACR, acrOf } from '../tokens/acr.ts'

/**
 * What has to happen before a session meets one of the wanted contexts (`acr_values`, or an essential
 * `acr`; OIDC Core §5.5.1.1). `sign_in`: once more, which asks for every factor of the account.
 * `add_factor`: the account has no second factor yet. `unreachable`: nothing here gives that context.
 */
export type StepUp = 'reached' | 'sign_in' | 'add_factor' | 'unreachable'

const STRENGTH: readonly string[] = [ACR.password, ACR.twoFactors]

export async function stepUpFor(
  wanted: readonly string[],
  { session, user }: Pick<SignedIn, 'session'> & { readonly user: Pick<User, 'id'> },
  services: Pick<Services, 'storage'>,
): Promise<StepUp> {
  const known = wanted.map((acr) => STRENGTH.indexOf(acr)).filter((strength) => strength !== -1)
  if (known.length === 0) return wanted.length === 0 ? 'reached' : 'unreachable'
  // A stronger context than the weakest that is wanted will do.
  if (STRENGTH.indexOf(acrOf(session.amr)) >= Math.min(...known)) return 'reached'
  const { isProtected } = await factorsOf(user, services)
  return isProtected ? 'sign_in' : 'add_factor'
}
