import { unreachable } from '@grantd/domain'
import { passwordField, textField } from './field.ts'
import { hidden, notice, type Page, type PageTools, POSTS_HERE, wayOnLink } from './layout.ts'
import { html, type Markup } from './markup.ts'
import type { Messages } from './messages.ts'
import type { SetupPage } from './model.ts'

/** First start: posts `csrf`, `code`, `password`, `password_again` to /setup. */
export function setupPage(model: SetupPage, tools: PageTools): Page {
  return model.notice === 'done' ? donePage(model, tools) : formPage(model, tools)
}

function donePage({ username }: SetupPage, { messages }: PageTools): Page {
  const title = messages.setupDoneTitle
  const content = html`<h1>${title}</h1>
${notice(messages.setupDone(username), 'calm')}
${wayOnLink('/auth/login', messages.setupSignIn)}`
  return { title, content, formAction: POSTS_HERE }
}

function formPage(model: SetupPage, { messages, assets }: PageTools): Page {
  const { csrf, code, username, minimumPasswordLength } = model
  const isCodeRefused = model.notice === 'invalid_code'
  const isPasswordRefused = model.notice === 'weak_password' || model.notice === 'mismatch'
  const title = messages.setupTitle
  const content = html`<h1>${title}</h1>
<p class="lead">${messages.setupIntro}</p>
${noticeOf(model, messages)}
<form method="post" action="/setup">
${hidden('csrf', csrf)}
${textField({
  name: 'code',
  label: messages.setupCode,
  help: messages.setupCodeHelp,
  value: code,
  autocomplete: 'one-time-code',
  hasAutofocus: code === '',
  isRefused: isCodeRefused,
})}
${username === undefined ? undefined : account(username, messages)}
${passwordField(
  {
    name: 'password',
    label: messages.setupPassword,
    help: messages.setupPasswordHelp(minimumPasswordLength),
    autocomplete: 'new-password',
    hasAutofocus: code !== '',
    isRefused: isPasswordRefused,
  },
  messages,
)}
${passwordField(
  {
    name: 'password_again',
    label: messages.setupPasswordAgain,
    autocomplete: 'new-password',
    isRefused: isPasswordRefused,
  },
  messages,
)}
<p class="actions"><button class="button primary" type="submit">${messages.setupSubmit}</button></p>
</form>`
  return {
    title,
    content,
    formAction: POSTS_HERE,
    scripts: [assets.setupScript, assets.passwordScript],
  }
}

// Without a name it is not sent; it is there so that password managers file the password under it.
function account(username: string, messages: Messages): Markup {
  return html`<div class="field"><label for="account">${messages.setupUsername}</label><input type="text" id="account" value="${username}" autocomplete="username" readonly></div>`
}

function noticeOf(model: SetupPage, messages: Messages): Markup | undefined {
  switch (model.notice) {
    case undefined:
    case 'done':
      return undefined
    case 'invalid_code':
      return notice(messages.setupInvalidCode, 'problem')
    case 'weak_password':
      return notice(messages.setupWeakPassword(model.minimumPasswordLength), 'problem')
    case 'mismatch':
      return notice(messages.setupMismatch, 'problem')
    case 'expired':
      return notice(messages.setupExpired, 'problem')
    default:
      return unreachable(model.notice)
  }
}
