// Owns: the providers that the settings name, opened on the one outbound client. Does not own: what a
// provider is (packages/social), what follows a sign-in (packages/oauth/src/upstream).
import { type Clock, UpstreamError, type UpstreamLogins } from '@grantd/domain'
import { OutboundError } from '@grantd/oauth'
import type { ProviderChoice, UpstreamHttp } from '@grantd/social'
import { missingOf, PROVIDER_NAMES, type ProviderName } from '../config/rules-social.ts'
import type { Settings } from '../config/settings.ts'
import type { GuardedHttp } from '../outbound/guarded-http.ts'

/** Those that people can sign in with; nothing is loaded where there is none. */
export async function openSocial(
  settings: Settings,
  ports: { readonly baseUrl: string; readonly http: GuardedHttp; readonly clock: Clock },
): Promise<UpstreamLogins | undefined> {
  const wanted = configuredProviders(settings)
  if (wanted.length === 0) return undefined
  const { PROVIDERS, UpstreamFlows } = await import('@grantd/social')
  const providers = PROVIDERS.flatMap((definition): ProviderChoice[] => {
    const name = wanted.find((one) => one === definition.id)
    return name === undefined
      ? []
      : [{ definition, settings: settingsOf(name, settings, ports.baseUrl) }]
  })
  return new UpstreamFlows({ providers, http: upstreamHttp(ports.http), clock: ports.clock })
}

export function configuredProviders(settings: Pick<Settings, 'social'>): readonly ProviderName[] {
  return PROVIDER_NAMES.filter(
    (name) => settings.social[name].enabled && missingOf(name, settings).length === 0,
  )
}

function settingsOf(
  name: ProviderName,
  { social }: Settings,
  baseUrl: string,
): ProviderChoice['settings'] {
  const own: { readonly [setting: string]: string | boolean | undefined } = social[name]
  const given = (setting: string) => own[setting] as string | undefined // all but `enabled` are texts
  return {
    clientId: given('client_id') ?? '',
    clientSecret: given('client_secret') ?? '',
    // Never by what a request calls this server.
    redirectUri: given('redirect_uri') ?? `${baseUrl}/auth/callback/${name}`,
    tenantId: given('tenant_id'),
    domain: given('domain'),
    issuer: given('issuer'),
    label: given('label'),
  }
}

/** Whatever keeps an answer away, the person is told the same. */
export function upstreamHttp(http: Pick<GuardedHttp, 'send'>): UpstreamHttp {
  return {
    async send(url, request, peer) {
      try {
        return await http.send(url, { ...request, peer })
      } catch (error) {
        if (!(error instanceof OutboundError)) throw error
        throw new UpstreamError('unavailable', `${error.reason}: ${error.message}`)
      }
    },
  }
}
