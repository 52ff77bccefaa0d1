import { html, type Markup, plainName } from './markup.ts'
import type { Messages } from './messages.ts'
import type { LoginPage } from './model.ts'
import { safeUrl } from './safe-url.ts'

/** Links and no forms: form-action would stop the redirects of a form at the provider's door. */
export function providerLinks(
  links: LoginPage['providers'],
  messages: Messages,
): readonly Markup[] {
  return links.flatMap(({ label, href }) => {
    const target = safeUrl(href, 'link')
    if (target === undefined) return []
    const text = messages.loginWith(plainName(label))
    return html`<p class="actions"><a class="button plain" href="${target}">${text}</a></p>\n`
  })
}
