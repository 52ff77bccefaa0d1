import { outsideLink } from './layout.ts'
import { html, type Markup, plainName } from './markup.ts'
import type { Messages } from './messages.ts'
import { safeUrl } from './safe-url.ts'

/** The client's privacy policy and terms, where it has any. */
export function legalLinks(
  client: {
    readonly clientName: string
    readonly policyUri?: string | undefined
    readonly tosUri?: string | undefined
  },
  messages: Messages,
): Markup | undefined {
  const name = plainName(client.clientName)
  const policy = safeUrl(client.policyUri, 'link')
  const tos = safeUrl(client.tosUri, 'link')
  const links = [
    policy === undefined ? [] : [outsideLink(policy, messages.consentPolicy(name))],
    tos === undefined ? [] : [outsideLink(tos, messages.consentTos(name))],
  ].flat()
  if (links.length === 0) return undefined
  return html`<ul class="links">${links.map((link) => html`<li>${link}</li>`)}</ul>`
}

/** The client's logo beside its name, which says the same; hence no text of its own. */
export function clientLogo(path: string | undefined): Markup | undefined {
  const source = safeUrl(path, 'link')
  if (source === undefined || !source.startsWith('/')) return undefined
  return html`<img class="client-logo" src="${source}" alt="" width="48" height="48">`
}
