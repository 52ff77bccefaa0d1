import { parseEmail, UpstreamError } from '@grantd/domain'
import { textOf } from '../profile-of-claims.ts'
import type { Claims, ProviderDefinition } from '../provider.ts'

const ISSUER = 'https://github.com/login/oauth'
const API = 'https://api.github.com'

/** https://docs.github.com/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps; no OpenID Connect. */
export const github: ProviderDefinition = {
  id: 'github',
  label: 'GitHub',
  upstream: () => ({
    protocol: 'oauth',
    server: {
      issuer: ISSUER,
      authorization_endpoint: `${ISSUER}/authorize`,
      token_endpoint: `${ISSUER}/access_token`,
    },
    scope: 'read:user user:email',
    freshPrompt: 'select_account',
    async profile(ask) {
      const user = (await ask(`${API}/user`)) as Claims | null
      // The number stays when somebody renames the account; the name may pass to another person.
      const id = user?.id
      if (user === null || typeof id !== 'number' || !Number.isSafeInteger(id) || id <= 0)
        throw new UpstreamError('not_believed', 'the profile has no id')
      const email = primaryOf(await ask(`${API}/user/emails`))
      return {
        issuer: ISSUER,
        subject: String(id),
        email,
        isEmailVerified: email !== undefined,
        name: textOf(user.name),
        username: textOf(user.login),
        picture: textOf(user.avatar_url),
      }
    },
  }),
}

/** The one primary address that GitHub has proven; the public one of the profile need not be. */
function primaryOf(emails: unknown): string | undefined {
  if (!Array.isArray(emails)) return undefined
  const primary = emails.find((entry: Claims | null) => entry?.primary === true)
  return primary?.verified === true ? parseEmail(textOf(primary.email) ?? '') : undefined
}
