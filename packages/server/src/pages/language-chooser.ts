import { unreachable } from '@grantd/domain'
import { UI_LOCALES } from './languages/tags.ts'
import { hidden } from './layout.ts'
import { html, type Markup } from './markup.ts'
import { type Messages, messagesFor } from './messages.ts'
import type { PageModel } from './model.ts'

/** One button for each language; posts `page` and `language` to /language. */
export function languageChooser(address: string, messages: Messages): Markup {
  const buttons = UI_LOCALES.map((tag) => {
    const { ownName } = messagesFor(tag)
    const current = tag === messages.lang ? html` aria-current="true"` : undefined
    return html`<button type="submit" name="language" value="${tag}" lang="${tag}"${current}>${ownName}</button>`
  })
  return html`<footer class="languages"><form method="post" action="/language" aria-label="${messages.languageLegend}">
${hidden('page', address)}
${buttons}
</form></footer>`
}

/**
 * Where a page can be opened again, in another language and with the pending request; `undefined` for
 * what is seen once, leads on by itself or was refused.
 */
export function addressOf(
  model: PageModel,
  { method, target }: { readonly method: string; readonly target: string },
): string | undefined {
  if (isSeenOnce(model)) return undefined
  // Said after a request is done with; what it asked for is not repeated.
  if (model.page === 'message') return method === 'GET' ? target.replace(/\?.*$/s, '') : undefined
  return method === 'GET' ? target : addressAfterForm(model, target)
}

function isSeenOnce(model: PageModel): boolean {
  switch (model.page) {
    case 'form_post':
    case 'continue':
    case 'front_channel_logout':
    case 'recovery_codes':
    // What was refused is not repeated in any form.
    case 'error':
    case 'upstream':
      return true
    case 'message':
      return model.notice === 'not_found'
    case 'setup':
      return model.notice === 'done'
    default:
      return false
  }
}

/** A form is shown again by GET where it was posted to, with what it has to keep. */
function addressAfterForm(model: PageModel, target: string): string | undefined {
  switch (model.page) {
    case 'login':
    case 'second_factor': {
      const path = model.page === 'login' ? '/auth/login' : '/auth/second-factor'
      const { returnTo } = model
      return returnTo === undefined
        ? path
        : `${path}?${new URLSearchParams({ return_to: returnTo })}`
    }
    case 'consent':
      return `/oauth/authorize?${model.request}`
    case 'logout':
      return `/oauth/logout?${model.request}`
    case 'account_form': {
      const { ticket } = model.values
      return ticket === undefined ? target : `${target}?${new URLSearchParams({ ticket })}`
    }
    case 'totp':
    case 'setup':
      return target
    case 'passkey':
    case 'linked_logins':
    case 'profile':
    case 'error':
    case 'message':
    case 'account_done':
    case 'mailbox':
    case 'upstream':
    case 'form_post':
    case 'continue':
    case 'front_channel_logout':
    case 'recovery_codes':
      return undefined
    default:
      return unreachable(model)
  }
}
