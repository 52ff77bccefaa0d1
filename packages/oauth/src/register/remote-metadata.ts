import type { RegisteredMetadata } from '@grantd/domain'
import { readJsonText } from '../json.ts'
import type { Services } from '../services.ts'
import type { ClientMetadata } from './client-metadata.ts'
import { bad } from './members.ts'

/** Members whose URL this server calls. */
const CALLED = ['jwks_uri', 'sector_identifier_uri', 'backchannel_logout_uri'] as const

/**
 * What can only be checked by looking: that no URL leads into our own network (T125), and that the
 * sector identifier lists every redirect URI (OIDC Registration §5). Throws `invalid_client_metadata`.
 */
export async function checkRemoteMetadata(
  { metadata, redirectUris, logoUri }: ClientMetadata,
  services: Pick<Services, 'outbound'>,
): Promise<void> {
  for (const [name, uri] of calledUris(metadata, logoUri)) {
    const refusal = await services.outbound.refusal(uri)
    if (refusal !== undefined) throw bad(`${name} cannot be called from here: ${refusal}`)
  }
  const { sector_identifier_uri: sector } = metadata
  if (sector !== undefined) await checkSector(sector, redirectUris, services)
}

function calledUris(
  metadata: RegisteredMetadata,
  logoUri: string | undefined,
): readonly (readonly [name: string, uri: string])[] {
  const named = CALLED.map((name) => [name, metadata[name]] as const)
  const requests = (metadata.request_uris ?? []).map((uri) => ['request_uris', uri] as const)
  return [...named, ['logo_uri', logoUri] as const, ...requests].flatMap(([name, uri]) =>
    uri === undefined ? [] : [[name, uri] as const],
  )
}

async function checkSector(
  uri: string,
  redirectUris: readonly string[],
  { outbound }: Pick<Services, 'outbound'>,
): Promise<void> {
  const listed = await readList(uri, outbound)
  if (listed === undefined) throw bad('sector_identifier_uri must answer a JSON array of URIs')
  const missing = redirectUris.find((redirect) => !listed.includes(redirect))
  if (missing !== undefined) throw bad('sector_identifier_uri does not list every redirect URI')
}

async function readList(
  uri: string,
  outbound: Services['outbound'],
): Promise<readonly unknown[] | undefined> {
  try {
    const { status, body } = await outbound.get(uri, {
      accept: 'application/json',
      purpose: 'sector_identifier',
    })
    const read = readJsonText(body.toString('utf8'), 2)
    return status === 200 && 'value' in read && Array.isArray(read.value) ? read.value : undefined
  } catch {
    return undefined // unreachable, too large, a redirect: as good as no list
  }
}
