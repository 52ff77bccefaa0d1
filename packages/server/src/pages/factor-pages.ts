import { textField } from './field.ts'
import {
  hidden,
  notice,
  type Page,
  type PageTools,
  POSTS_HERE,
  POSTS_NOWHERE,
  wayOnLink,
} from './layout.ts'
import { html, type Markup, plainName } from './markup.ts'
import type { Messages } from './messages.ts'
import type {
  PasskeyPage,
  RecoveryCodesPage,
  SecondFactorPage,
  SeedOffer,
  TotpPage,
} from './model.ts'
import { qrCode } from './qr-code.ts'
import { safeUrl } from './safe-url.ts'

/** The second step of a sign-in; posts to /auth/second-factor. */
export function secondFactorPage(model: SecondFactorPage, tools: PageTools): Page {
  return model.offer === undefined ? provePage(model, tools) : enrolPage(model, model.offer, tools)
}

function provePage(model: SecondFactorPage, { messages, assets }: PageTools): Page {
  const title = messages.factorTitle
  const hasCode = model.hasTotp || model.hasRecoveryCodes
  const content = html`<h1>${title}</h1>
<p class="lead">${messages.factorLead(plainName(model.username))}</p>
${noticeOf(model, messages)}
${model.passkey === undefined ? undefined : passkeyForm(model, model.passkey, messages)}
${hasCode ? codeForm(model, messages) : undefined}
<p class="stub"><a href="/auth/login">${messages.factorStartOver}</a></p>`
  return { title, content, formAction: POSTS_HERE, scripts: passkeyScripts(assets) }
}

function codeForm(model: SecondFactorPage, messages: Messages): Markup {
  const recovery = model.hasRecoveryCodes ? messages.factorRecoveryHelp : undefined
  const help = [model.hasTotp ? messages.factorCodeHelp : undefined, recovery]
    .filter((text) => text !== undefined)
    .join(' ')
  return html`<form method="post" action="/auth/second-factor">
${hidden('csrf', model.csrf)}
${model.returnTo === undefined ? undefined : hidden('return_to', model.returnTo)}
${managed(model.username)}
${textField({
  name: 'code',
  label: model.hasTotp ? messages.factorCode : messages.factorOnlyRecovery,
  help,
  autocomplete: 'one-time-code',
  isLatin: true,
  hasAutofocus: model.passkey === undefined,
  isRefused: model.notice === 'invalid_code',
  ...(model.hasTotp && !model.hasRecoveryCodes && { inputmode: 'numeric' }),
})}
<p class="actions"><button class="button primary" type="submit">${messages.factorSubmit}</button></p>
</form>`
}

function passkeyForm(model: SecondFactorPage, question: string, messages: Messages): Markup {
  return html`<form method="post" action="/auth/second-factor" data-passkey="use" data-question="${question}">
${hidden('csrf', model.csrf)}
${model.returnTo === undefined ? undefined : hidden('return_to', model.returnTo)}
${hidden('credential', '')}
<p class="notice problem" role="alert" data-passkey-failed hidden>${messages.loginPasskeyFailed}</p>
<noscript><p class="notice calm">${messages.factorPasskeyNoScript}</p></noscript>
<p class="actions"><button class="button primary" type="submit" hidden>${messages.factorPasskey}</button></p>
</form>`
}

function enrolPage(model: SecondFactorPage, offer: SeedOffer, { messages }: PageTools): Page {
  const title = messages.factorEnrolTitle
  const content = html`<h1>${title}</h1>
<p class="lead">${messages.factorEnrolLead}</p>
${noticeOf(model, messages)}
<p>${messages.totpLead}</p>
${seed(offer, messages)}
<form method="post" action="/auth/second-factor">
${hidden('csrf', model.csrf)}
${hidden('seed', offer.sealed)}
${model.returnTo === undefined ? undefined : hidden('return_to', model.returnTo)}
${managed(model.username)}
${codeField(model.notice === 'invalid_code', messages)}
<p class="actions"><button class="button primary" type="submit">${messages.totpSubmit}</button></p>
</form>`
  return { title, content, formAction: POSTS_HERE }
}

/** A new authenticator app for an account; posts to /profile/totp. */
export function totpPage(model: TotpPage, { messages }: PageTools): Page {
  const title = messages.totpTitle
  const content = html`<h1>${title}</h1>
<p class="lead">${messages.totpLead}</p>
${noticeOf({ ...model, retryAfter: undefined }, messages)}
${seed(model.offer, messages)}
<form method="post" action="/profile/totp">
${hidden('csrf', model.csrf)}
${hidden('seed', model.offer.sealed)}
${codeField(model.notice === 'invalid_code', messages)}
<p class="actions"><button class="button primary" type="submit">${messages.totpSubmit}</button></p>
</form>
<p class="stub"><a href="/profile">${messages.formCancel}</a></p>`
  return { title, content, formAction: POSTS_HERE }
}

/** A new passkey; the script asks the browser and posts its answer to /profile/passkeys. */
export function passkeyPage(model: PasskeyPage, { messages, assets }: PageTools): Page {
  const title = messages.passkeyTitle
  const content = html`<h1>${title}</h1>
<p class="lead">${messages.passkeyLead}</p>
<form method="post" action="/profile/passkeys" data-passkey="create" data-question="${model.question}">
${hidden('csrf', model.csrf)}
${hidden('credential', '')}
<p class="notice problem" role="alert" data-passkey-failed hidden>${messages.passkeyFailed}</p>
<noscript><p class="notice calm">${messages.factorPasskeyNoScript}</p></noscript>
${textField({
  name: 'name',
  label: messages.passkeyName,
  help: messages.passkeyNameHelp,
  value: messages.passkeyDefaultName(model.count + 1),
  autocomplete: 'off',
})}
<p class="actions"><button class="button primary" type="submit" hidden>${messages.passkeySubmit}</button></p>
</form>
<p class="stub"><a href="/profile">${messages.formCancel}</a></p>`
  return { title, content, formAction: POSTS_HERE, scripts: passkeyScripts(assets) }
}

/** The one time that recovery codes are shown. */
export function recoveryCodesPage(model: RecoveryCodesPage, { messages }: PageTools): Page {
  const title = messages.recoveryTitle
  const content = html`<h1>${title}</h1>
<p class="lead">${messages.recoveryLead}</p>
<ol class="codes">${model.codes.map((code) => html`<li><code>${code}</code></li>`)}</ol>
${wayOnLink(safeUrl(model.wayOn, 'link') ?? '/profile', messages.recoveryDone)}`
  return { title, content, formAction: POSTS_NOWHERE }
}

const passkeyScripts = (assets: PageTools['assets']) => [
  assets.webauthnScript,
  assets.passkeyScript,
]

function seed(offer: SeedOffer, messages: Messages): Markup {
  const grouped = offer.seed.replace(/.{4}(?=.)/g, '$& ')
  return html`<p class="seed">${qrCode(offer.address, messages.totpPicture)}</p>
<dl class="facts"><div class="fact"><dt>${messages.totpKey}</dt><dd><code>${grouped}</code></dd></div></dl>`
}

function codeField(isRefused: boolean, messages: Messages): Markup {
  return textField({
    name: 'code',
    label: messages.factorCode,
    help: messages.factorCodeHelp,
    autocomplete: 'one-time-code',
    isLatin: true,
    inputmode: 'numeric',
    hasAutofocus: true,
    isRefused,
  })
}

// Not sent; password managers pair the code with the account by it.
function managed(username: string): Markup {
  return html`<input type="text" value="${username}" autocomplete="username" readonly hidden>`
}

function noticeOf(
  model: Pick<SecondFactorPage, 'notice' | 'retryAfter'>,
  messages: Messages,
): Markup | undefined {
  switch (model.notice) {
    case undefined:
      return undefined
    case 'invalid_code':
      return notice(messages.factorInvalid, 'problem')
    case 'too_many_attempts':
      return notice(messages.loginTooManyAttempts(model.retryAfter), 'problem')
    case 'expired':
      return notice(messages.factorExpired, 'problem')
  }
}
