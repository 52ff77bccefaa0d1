import { unreachable } from '@grantd/domain'
import { clientLogo, legalLinks } from './client-links.ts'
import { passwordField, textField } from './field.ts'
import { hidden, notice, type Page, type PageTools, POSTS_HERE, wayOnLink } from './layout.ts'
import { html, type Markup, plainName } from './markup.ts'
import type { Messages } from './messages.ts'
import type { LoginPage } from './model.ts'
import { providerLinks } from './provider-links.ts'
import { safeUrl } from './safe-url.ts'

/** Username and password; posts `csrf`, `return_to`, `username`, `password` to /auth/login. */
export function loginPage(model: LoginPage, { messages, assets }: PageTools): Page {
  const { csrf, returnTo, username, signedInAs, clientName, isDev } = model
  const isRefused = model.notice === 'invalid_credentials'
  const content = html`${clientLogo(model.logo)}
<h1>${messages.loginTitle}</h1>
${clientName === undefined ? undefined : html`<p class="lead">${messages.loginFor(plainName(clientName))}</p>`}
${noticeOf(model, messages)}
${signedIn(model, messages)}
<form method="post" action="/auth/login">
${hidden('csrf', csrf)}
${returnTo === undefined ? undefined : hidden('return_to', returnTo)}
${textField({
  name: 'username',
  label: messages.loginUsername,
  value: username,
  autocomplete: 'username webauthn',
  hasAutofocus: username === '' && signedInAs === undefined,
  isRefused,
})}
${passwordField(
  {
    name: 'password',
    label: messages.loginPassword,
    autocomplete: 'current-password',
    hasAutofocus: username !== '' && signedInAs === undefined,
    isRefused,
  },
  messages,
)}
<p class="actions"><button class="button ${signedInAs === undefined ? 'primary' : 'plain'}" type="submit">${messages.loginSubmit}</button></p>
</form>
${passkey(model, messages)}
${providerLinks(model.providers, messages)}
${waysIn(model, messages)}
${clientName === undefined ? undefined : legalLinks({ ...model, clientName }, messages)}
${isDev ? html`<p class="stub">${messages.loginDev}</p>` : undefined}`
  return {
    title: messages.loginTitle,
    content,
    formAction: POSTS_HERE,
    scripts: [assets.passwordScript, assets.webauthnScript, assets.passkeyScript],
  }
}

// Who comes back here with the back button is not asked for the password again.
function signedIn({ signedInAs, returnTo }: LoginPage, messages: Messages): Markup | undefined {
  if (signedInAs === undefined) return undefined
  const name = plainName(signedInAs)
  return html`<section>
<p>${messages.loginSignedInAs(name)}</p>
${wayOnLink(safeUrl(returnTo, 'link') ?? '/profile', messages.loginContinueAs(name))}
<p class="lead">${messages.loginOther}</p>
</section>`
}

/** Shown by its script alone; passkeys are the one thing here that needs one. */
function passkey({ csrf, returnTo }: LoginPage, messages: Messages): Markup {
  return html`<form method="post" action="/auth/passkey" data-passkey="sign-in" hidden>
${hidden('csrf', csrf)}
${returnTo === undefined ? undefined : hidden('return_to', returnTo)}
${hidden('credential', '')}
<p class="notice problem" role="alert" data-passkey-failed hidden>${messages.loginPasskeyFailed}</p>
<p class="actions"><button class="button plain" type="submit">${messages.loginPasskey}</button></p>
</form>`
}

function waysIn(
  { mayRecover, maySignUp, returnTo }: LoginPage,
  messages: Messages,
): Markup | undefined {
  if (!mayRecover && !maySignUp) return undefined
  // What the app asks for is in `return_to`, which these pages do not carry.
  const asked = returnTo?.includes('ui_locales=') ? `?ui_locales=${messages.lang}` : ''
  const forgot = html`<li><a href="/auth/forgot${asked}">${messages.loginForgot}</a></li>`
  const signUp = html`<li><a href="/auth/sign-up${asked}">${messages.loginSignUp}</a></li>`
  return html`<ul class="links">${mayRecover ? forgot : undefined}${maySignUp ? signUp : undefined}</ul>`
}

// The same words whether or not the username exists: the page must not tell which ones do.
function noticeOf(model: LoginPage, messages: Messages): Markup | undefined {
  switch (model.notice) {
    case undefined:
      return undefined
    case 'invalid_credentials':
      return notice(messages.loginInvalidCredentials, 'problem')
    case 'too_many_attempts':
      return notice(messages.loginTooManyAttempts(model.retryAfter), 'problem')
    case 'expired':
      return notice(messages.loginExpired, 'problem')
    case 'reauthenticate':
      return notice(messages.loginReauthenticate, 'problem')
    case 'passkey_refused':
      return notice(messages.loginPasskeyRefused, 'problem')
    case 'login_required':
      return notice(messages.loginRequired, 'calm')
    case 'signed_out':
      return notice(messages.loginSignedOut, 'calm')
    default:
      return unreachable(model.notice)
  }
}
