import { hidden } from './layout.ts'
import { html, type Markup, plainName } from './markup.ts'
import type { Messages } from './messages.ts'
import type { ProfilePage } from './model.ts'
import { moment, postButton } from './profile-parts.ts'
import { safeUrl } from './safe-url.ts'

function table(id: string, columns: readonly string[], rows: readonly Markup[]): Markup {
  // A column of buttons has no heading, and a heading must not be empty.
  const heads = columns.map((column) =>
    column === '' ? html`<td></td>` : html`<th scope="col">${column}</th>`,
  )
  return html`<table class="apps" aria-labelledby="${id}"><thead><tr>${heads}</tr></thead><tbody>${rows}</tbody></table>`
}

/** Broken over two lines an address is hard to compare. */
function address(ip: string | undefined): Markup | undefined {
  return ip === undefined ? undefined : html`<bdi class="address">${ip}</bdi>`
}

/** Where the person is signed in: this device first, each with a way to end it. */
export function sessionsSection({ sessions, forms }: ProfilePage, messages: Messages): Markup {
  const rows = sessions.map((session) => {
    const device = deviceOf(session, messages)
    const end = { fields: hidden('session', session.id), label: messages.consoleEndOf(device) }
    return html`<tr>
<th scope="row">${device}${session.isThis ? html` <span class="badge">${messages.consoleThisDevice}</span>` : undefined}</th>
<td data-label="${messages.consolePlace}">${address(session.ip)}</td>
<td data-label="${messages.consoleLastUse}">${moment(session.lastSeenAt, messages.time)}</td>
<td>${session.isThis ? undefined : postButton('/profile/sessions/end', forms.endSession, messages.consoleEnd, end)}</td>
</tr>`
  })
  const columns = [messages.consoleDeviceColumn, messages.consolePlace, messages.consoleLastUse, '']
  return html`<section aria-labelledby="sessions">
<h2 id="sessions">${messages.consoleSessions}</h2>
${table('sessions', columns, rows)}
${sessions.length > 1 ? postButton('/profile/sessions/end-others', forms.endOthers, messages.consoleEndOthers) : undefined}
</section>`
}

function deviceOf(
  { browser, system }: ProfilePage['sessions'][number],
  messages: Messages,
): string {
  if (browser === undefined) return system ?? messages.consoleUnknownDevice
  return system === undefined ? browser : messages.consoleDevice(browser, system)
}

/** Apps with access, each with a way to take it back. */
export function appsSection({ apps, forms }: ProfilePage, messages: Messages): Markup {
  const rows = apps.map(({ clientId, clientName, openUri, scope, since, lastUsedAt }) => {
    const href = safeUrl(openUri, 'link')
    const name = href === undefined ? clientName : html`<a href="${href}">${clientName}</a>`
    const label = messages.consoleRevokeOf(plainName(clientName))
    const revoke = { fields: hidden('client_id', clientId), label }
    return html`<tr>
<th scope="row">${name}</th>
<td data-label="${messages.profileScope}"><code>${scope}</code></td>
<td data-label="${messages.profileSince}">${moment(since, messages.date)}</td>
<td data-label="${messages.consoleLastUse}">${moment(lastUsedAt, messages.date)}</td>
<td>${postButton('/profile/apps/revoke', forms.revokeApp, messages.consoleRevoke, revoke)}</td>
</tr>`
  })
  const columns = [
    messages.profileApp,
    messages.profileScope,
    messages.profileSince,
    messages.consoleLastUse,
    '',
  ]
  return html`<section aria-labelledby="apps">
<h2 id="apps">${messages.profileApps}</h2>
${apps.length === 0 ? html`<p class="empty">${messages.profileNoApps}</p>` : table('apps', columns, rows)}
</section>`
}

/** The person's own part of the audit trail; what has no words of its own keeps its name. */
export function logSection({ log }: ProfilePage, messages: Messages): Markup {
  const rows = log.map(({ action, ip, at }) => {
    const key = `log_${action}`
    const text = Object.hasOwn(messages, key) ? messages[key as keyof Messages] : action
    return html`<tr>
<th scope="row">${typeof text === 'string' ? text : action}</th>
<td data-label="${messages.consoleWhen}">${moment(at, messages.time)}</td>
<td data-label="${messages.consolePlace}">${address(ip)}</td>
</tr>`
  })
  const columns = [messages.consoleWhat, messages.consoleWhen, messages.consolePlace]
  return html`<section aria-labelledby="log">
<h2 id="log">${messages.consoleLog}</h2>
${log.length === 0 ? html`<p class="empty">${messages.consoleLogEmpty}</p>` : table('log', columns, rows)}
</section>`
}
