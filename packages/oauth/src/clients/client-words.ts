import type { Client } from '@grantd/domain'
import { lookupLanguage } from '../language/lookup.ts'
import { logoPath } from '../logo/client-logos.ts'
import type { Accent } from '../pages.ts'

/** What a client says of itself, as pages show it. */
export interface ClientWords {
  readonly clientName: string
  /** Local path. */
  readonly logo: string | undefined
  readonly clientUri: string | undefined
  readonly policyUri: string | undefined
  readonly tosUri: string | undefined
}

/** Never the colours of a client that registered itself: nobody looked at them. */
export function clientAccent({ metadata, registeredBy }: Client): Accent | undefined {
  const { accent_color: light, accent_color_dark: dark } = metadata
  if (registeredBy !== 'operator' || (light ?? dark) === undefined) return undefined
  return { light, dark }
}

/** Each member in the person's language where the client registered one (RFC 7591 §2.2). */
export function clientWords(client: Client, language: string): ClientWords {
  return {
    clientName: localized(client, 'client_name', language)?.value ?? client.name,
    logo: logoPath(client, localized(client, 'logo_uri', language)?.tag),
    clientUri: localized(client, 'client_uri', language)?.value ?? client.clientUri,
    policyUri: localized(client, 'policy_uri', language)?.value ?? client.policyUri,
    tosUri: localized(client, 'tos_uri', language)?.value ?? client.tosUri,
  }
}

/** The member `name#tag` whose tag fits best, under the tag as it was registered. */
function localized(
  { metadata }: Client,
  name: string,
  language: string,
): { readonly tag: string; readonly value: string } | undefined {
  if (metadata.localized === undefined) return undefined
  const entries = Object.entries(metadata.localized)
    .filter(([member]) => member.startsWith(`${name}#`))
    .map(([member, value]) => ({ tag: member.slice(name.length + 1), value }))
  const tags = entries.map(({ tag }) => tag)
  // A page in German shows what a client wrote for de-AT: better than another language.
  const tag =
    lookupLanguage([language], tags) ?? tags.find((given) => lookupLanguage([given], [language]))
  return entries.find((entry) => entry.tag === tag)
}
