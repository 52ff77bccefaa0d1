// Owns: the HTML of the pages people see, their words and their static files.
// Does not own: when a page is shown, headers, routes. Start here, then login-page.ts, layout.ts.
import { unreachable } from '@grantd/domain'
import type { Brand } from '../branding/brand.ts'
import { accountDonePage } from './account-done-page.ts'
import { accountFormPage } from './account-form-page.ts'
import type { AssetUrls } from './assets.ts'
import { consentPage } from './consent-page.ts'
import { continuePage } from './continue-page.ts'
import { errorPage } from './error-page.ts'
import { passkeyPage, recoveryCodesPage, secondFactorPage, totpPage } from './factor-pages.ts'
import { formPostPage } from './form-post-page.ts'
import { frontChannelLogoutPage } from './front-channel-logout-page.ts'
import { addressOf, languageChooser } from './language-chooser.ts'
import { layout, type Page, type PageTools, POSTS_HERE } from './layout.ts'
import { linkedLoginsPage } from './linked-logins-page.ts'
import { loginPage } from './login-page.ts'
import { logoutPage } from './logout-page.ts'
import { mailboxPage } from './mailbox-page.ts'
import { messagePage } from './message-page.ts'
import type { PageModel } from './model.ts'
import { profilePage } from './profile-page.ts'
import { setupPage } from './setup-page.ts'
import { upstreamPage } from './upstream-page.ts'

export interface RenderContext {
  readonly assets: AssetUrls
  readonly brand: Brand
  /** One of `UI_LOCALES`. */
  readonly locale: string
  /** The request that the page answers; without it there is no language chooser. */
  readonly request?: {
    readonly method: string
    readonly target: string
    readonly isAsked: boolean
  }
}

/** A finished document and what its Content-Security-Policy must allow beyond 'self' files. */
export interface RenderedPage {
  readonly html: string
  readonly csp: {
    /** Sources for form-action; empty stands for 'none'. */
    readonly formAction: readonly string[]
    /** Sources for frame-src; absent on pages without frames. */
    readonly frameSrc?: readonly string[]
    /** Hash of an inline script. No page has one today: scripts are files from 'self'. */
    readonly scriptHash?: string
  }
}

/**
 * Draws a page. All text of the model is escaped; URLs that a page must not use are left out.
 * Throws a TypeError when a form_post or continue page has such a URL: nothing is left of it then.
 */
export function renderPage(model: PageModel, context: RenderContext): RenderedPage {
  const { assets, brand, locale, request } = context
  const messages = brand.texts(locale)
  const asked = request?.isAsked ? locale : undefined
  const tools: PageTools = { messages, assets, brand, asked }
  const page = draw(model, tools)
  const address = request && addressOf(model, request)
  const footer = address === undefined ? undefined : languageChooser(address, messages)
  const accent = 'accent' in model ? model.accent : undefined
  const around = { footer, stylesheet: brand.accentSheet(accent) }
  const formAction = footer === undefined ? page.formAction : [...page.formAction, ...POSTS_HERE]
  const csp = { formAction, ...(page.frames && { frameSrc: page.frames }) }
  return { html: String(layout(page, around, tools)), csp }
}

function draw(model: PageModel, tools: PageTools): Page {
  switch (model.page) {
    case 'login':
      return loginPage(model, tools)
    case 'consent':
      return consentPage(model, tools)
    case 'error':
      return errorPage(model, tools)
    case 'profile':
      return profilePage(model, tools)
    case 'setup':
      return setupPage(model, tools)
    case 'form_post':
      return formPostPage(model, tools)
    case 'continue':
      return continuePage(model, tools)
    case 'logout':
      return logoutPage(model, tools)
    case 'front_channel_logout':
      return frontChannelLogoutPage(model, tools)
    case 'message':
      return messagePage(model, tools)
    case 'second_factor':
      return secondFactorPage(model, tools)
    case 'account_form':
      return accountFormPage(model, tools)
    case 'account_done':
      return accountDonePage(model, tools)
    case 'totp':
      return totpPage(model, tools)
    case 'passkey':
      return passkeyPage(model, tools)
    case 'recovery_codes':
      return recoveryCodesPage(model, tools)
    case 'linked_logins':
      return linkedLoginsPage(model, tools)
    case 'upstream':
      return upstreamPage(model, tools)
    case 'mailbox':
      return mailboxPage(model, tools)
    default:
      return unreachable(model)
  }
}
