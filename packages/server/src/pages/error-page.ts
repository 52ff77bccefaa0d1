import {
  fact,
  type Page,
  type PageTools,
  POSTS_NOWHERE,
  startAgainLink,
  wayOnLink,
} from './layout.ts'
import { html, type Markup } from './markup.ts'
import type { Messages } from './messages.ts'
import type { ErrorDetail, ErrorPage } from './model.ts'

/** What happened, what to do, the id to quote, and a way on. */
export function errorPage(model: ErrorPage, { messages }: PageTools): Page {
  const { errorId, hasWayOn } = model
  const title = titleOf(model, messages)
  const whatToDo = errorId === undefined ? messages.errorWhatToDoWithoutId : messages.errorWhatToDo
  const content = html`<h1>${title}</h1>
<p class="lead">${messageOf(model, messages)}</p>
<p>${whatToDo}</p>
${details(model, messages)}
${hasWayOn ? wayOnLink('/profile', messages.goToAccount) : undefined}
${startAgainLink(model.startAgain, messages)}
${reference(model, messages)}`
  return { title, content, formAction: POSTS_NOWHERE }
}

function titleOf({ reason }: ErrorPage, m: Messages): string {
  if (reason === 'failed' || reason === 'busy') return m.errorFailedTitle
  return reason === 'refused' || reason === 'too_many' ? m.errorRefusedTitle : m.errorRequestTitle
}

function messageOf({ reason, parameter = '' }: ErrorPage, m: Messages): string {
  switch (reason) {
    case 'refused':
      return m.errorRefused
    case 'failed':
      return m.errorFailed
    case 'busy':
      return m.errorBusy
    case 'too_many':
      return m.errorTooMany
    case 'parameter_repeated':
      return m.errorRepeated(parameter)
    case 'client_missing':
      return m.errorClientMissing
    case 'client_unknown':
      return m.errorClientUnknown
    case 'redirect_missing':
      return m.errorRedirectMissing
    case 'redirect_unknown':
      return m.errorRedirectUnknown
    case 'redirect_unknown_native':
      return m.errorRedirectUnknownNative
    case 'request_object':
      return m.errorRequestObject
  }
}

/** For developers, whose words stay English and read from left to right in every language. */
function details({ explanation, details: rows }: ErrorPage, m: Messages): Markup | undefined {
  const labels: Readonly<Record<ErrorDetail['label'], string>> = {
    redirect_received: m.errorRedirectReceived,
    redirect_registered: m.errorRedirectRegistered,
  }
  const facts = [
    ...(explanation === undefined
      ? []
      : [fact(m.errorReason, html`<span lang="en" dir="auto">${explanation}</span>`)]),
    ...rows.map(({ label, value }) => fact(labels[label], html`<code>${value}</code>`)),
  ]
  if (facts.length === 0) return undefined
  return html`<section class="details" aria-labelledby="details"><h2 id="details">${m.errorDetails}</h2><dl class="facts stacked">${facts}</dl></section>`
}

function reference({ code, errorId }: ErrorPage, messages: Messages): Markup | undefined {
  const rows = [
    code === undefined ? [] : [fact(messages.errorCode, html`<code>${code}</code>`)],
    errorId === undefined ? [] : [fact(messages.errorId, html`<code>${errorId}</code>`)],
  ].flat()
  return rows.length === 0 ? undefined : html`<dl class="stub facts">${rows}</dl>`
}
