import { hidden, type Page, type PageTools, POSTS_HERE } from './layout.ts'
import { html, type Markup, plainName } from './markup.ts'
import type { Messages } from './messages.ts'
import type { LinkedLogin, LinkedLoginsPage } from './model.ts'
import { moment, postButton } from './profile-parts.ts'

const MOST_SHOWN = 120

/** Adding and removing linked logins; posts to /profile/logins/remove and to /profile/logins/link. */
export function linkedLoginsPage(model: LinkedLoginsPage, { messages }: PageTools): Page {
  const title = messages.loginsTitle
  const { logins } = model
  const content = html`<h1>${title}</h1>
<p class="lead">${messages.loginsLead}</p>
${logins.length === 0 ? html`<p class="empty">${messages.consoleNoLogins}</p>` : undefined}
${loginList(logins, messages, (login) => removal(login, model, messages))}
${linking(model, messages)}
<p class="stub"><a href="/profile">${messages.formCancel}</a></p>`
  return { title, content, formAction: POSTS_HERE, width: 'wide' }
}

/** One item for each, with what `below` has to say of it. */
export function loginList(
  logins: readonly LinkedLogin[],
  messages: Messages,
  below: (login: LinkedLogin) => Markup | undefined = () => undefined,
): Markup | undefined {
  if (logins.length === 0) return undefined
  const items = logins.map((login) => {
    const used =
      login.lastUsedAt === undefined
        ? messages.consoleNeverUsed
        : html`${messages.consoleLastUse} ${moment(login.lastUsedAt, messages.time)}`
    const account =
      login.account === undefined ? undefined : html` (<bdi>${shown(login.account)}</bdi>)`
    const since = html`${messages.consoleLinkedOn} ${moment(login.linkedAt, messages.date)}`
    return html`<li class="passkey"><p><strong>${login.provider}</strong>${account} · ${since} · ${used}</p>
${below(login)}</li>`
  })
  return html`<ul class="passkeys">${items}</ul>`
}

function linking({ linkable, linkCsrf }: LinkedLoginsPage, messages: Messages) {
  return linkable.map(({ id, label }) =>
    postButton('/profile/logins/link', linkCsrf, messages.loginsLink(label), {
      fields: hidden('provider', id),
    }),
  )
}

function removal(login: LinkedLogin, model: LinkedLoginsPage, messages: Messages): Markup {
  if (login.id === model.onlyWayIn)
    return html`<p>${messages.loginsOnlyWay}</p>
<ul class="links"><li><a href="/profile/password">${messages.consolePasswordFirst}</a></li><li><a href="/profile/passkeys">${messages.consoleAddPasskey}</a></li></ul>`
  const name = [login.provider, login.account].filter((part) => part !== undefined).map(shown)
  return postButton('/profile/logins/remove', model.csrf, messages.consoleRemove, {
    fields: hidden('login', login.id),
    label: messages.consoleRemoveOf(name.join(' ')),
  })
}

/** What a provider says of somebody: as one line, and no longer than a line. */
function shown(text: string): string {
  return [...plainName(text)].slice(0, MOST_SHOWN).join('')
}
