import { hidden } from './layout.ts'
import { loginList } from './linked-logins-page.ts'
import { html, type Markup } from './markup.ts'
import type { Messages } from './messages.ts'
import type { ProfilePage } from './model.ts'
import { moment, postButton } from './profile-parts.ts'

/** Password, passkeys, authenticator app, recovery codes, linked logins. */
export function signingIn(model: ProfilePage, messages: Messages): Markup {
  return html`<section aria-labelledby="signing-in">
<h2 id="signing-in">${messages.consoleSecurity}</h2>
<ul class="links"><li><a href="/profile/password">${model.hasPassword ? messages.consolePasswordSet : messages.consolePasswordFirst}</a></li></ul>
<h3>${messages.consolePasskeys}</h3>
${passkeys(model, messages)}
<ul class="links"><li><a href="/profile/passkeys">${messages.consoleAddPasskey}</a></li></ul>
<h3>${messages.consoleTotp}</h3>
${totp(model, messages)}
${recovery(model, messages)}
${linkedLogins(model, messages)}
</section>`
}

function passkeys({ passkeys: list, forms }: ProfilePage, messages: Messages): Markup {
  if (list.length === 0) return html`<p class="empty">${messages.consoleNoPasskeys}</p>`
  const items = list.map(({ id, name, createdAt, lastUsedAt, isBackedUp }) => {
    const used =
      lastUsedAt === undefined
        ? messages.consoleNeverUsed
        : html`${messages.consoleLastUse} ${moment(lastUsedAt, messages.time)}`
    const field = `name-${id}`
    const rename = html`${hidden('passkey', id)}<label for="${field}">${messages.consoleNameOf(name)}</label><input type="text" id="${field}" name="name" value="${name}" dir="auto" maxlength="60" autocomplete="off" required>`
    const remove = { fields: hidden('passkey', id), label: messages.consoleRemoveOf(name) }
    return html`<li class="passkey"><p><strong><bdi>${name}</bdi></strong> · ${messages.consolePasskeyAdded} ${moment(createdAt, messages.date)} · ${used}${isBackedUp ? html` · ${messages.consoleSynced}` : undefined}</p>
${postButton('/profile/passkeys/rename', forms.renamePasskey, messages.consoleRename, { fields: rename })}
${postButton('/profile/passkeys/remove', forms.removePasskey, messages.consoleRemove, remove)}</li>`
  })
  return html`<ul class="passkeys">${items}</ul>`
}

/** Nothing where nothing is linked and nothing could be. */
function linkedLogins({ linkedLogins: logins, hasLogins }: ProfilePage, messages: Messages) {
  if (!hasLogins) return undefined
  return html`<h3>${messages.consoleLogins}</h3>
${logins.length === 0 ? html`<p class="empty">${messages.consoleNoLogins}</p>` : loginList(logins, messages)}
<ul class="links"><li><a href="/profile/logins">${messages.consoleManageLogins}</a></li></ul>`
}

function totp({ totpSince, forms }: ProfilePage, messages: Messages): Markup {
  if (totpSince === undefined)
    return html`<p class="empty">${messages.consoleNoTotp}</p>
<ul class="links"><li><a href="/profile/totp">${messages.consoleAddTotp}</a></li></ul>`
  const since = messages.consoleTotpSince(messages.date(new Date(totpSince * 1_000)))
  return html`<p>${since}</p>
${postButton('/profile/totp/remove', forms.removeTotp, messages.consoleRemoveTotp)}`
}

function recovery(model: ProfilePage, messages: Messages): Markup | undefined {
  if (model.totpSince === undefined && model.passkeys.length === 0) return undefined
  return html`<h3>${messages.consoleRecovery}</h3>
<p>${messages.consoleRecoveryLeft(model.recoveryCodesLeft)}</p>
${postButton('/profile/recovery-codes', model.forms.recoveryCodes, messages.consoleNewCodes)}`
}
