// Owns: the check of the providers that people sign in with: whether each can be asked from here.
import { systemClock, UpstreamError } from '@grantd/domain'
import { createGuardedHttp } from '../../outbound/guarded-http.ts'
import { openSocial } from '../../social/open-social.ts'
import { fail, ofSettings, ok } from './finding.ts'

const NO_SECRET = 'doctor'

/** Reads the metadata of each, as a sign-in would; nobody is sent anywhere. */
export const providers = ofSettings(async (settings) => {
  const http = createGuardedHttp({ allowedNetworks: settings.outbound.allowed_networks })
  const baseUrl = 'http://localhost'
  const social = await openSocial(settings, { baseUrl, http, clock: systemClock })
  if (social === undefined) return ok('none is configured')
  const question = { state: NO_SECRET, nonce: NO_SECRET, verifier: NO_SECRET, isFresh: false }
  const asked = social.providers.map(async ({ id }) => {
    try {
      await social.begin(id, question)
      return undefined
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error
      return `${id} (${error.message})`
    }
  })
  const silent = (await Promise.all(asked)).filter((one) => one !== undefined)
  const names = social.providers.map(({ id }) => id).join(', ')
  if (silent.length === 0) return ok(names)
  const fix =
    'look at its domain or issuer (grantd config print), and whether this machine may call it; ' +
    'one in a private network needs OAUTH2_OUTBOUND_ALLOWED_NETWORKS'
  return fail(`cannot be used: ${silent.join('; ')}`, fix)
})
