import { fact, type Page, type PageTools, POSTS_NOWHERE, wayOnLink } from './layout.ts'
import { html, type Markup } from './markup.ts'
import type { Messages } from './messages.ts'
import type { ErrorPage } from './model.ts'
import { safeUrl } from './safe-url.ts'

/** What happened, what to do, the id to quote, and a way on. */
export function errorPage(model: ErrorPage, { messages }: PageTools): Page {
  const { title, message, errorId, wayOn } = model
  const href = safeUrl(wayOn?.href, 'link')
  const whatToDo = errorId === undefined ? messages.errorWhatToDoWithoutId : messages.errorWhatToDo
  const content = html`<h1>${title}</h1>
<p class="lead">${message}</p>
<p>${whatToDo}</p>
${details(model, messages)}
${wayOn === undefined || href === undefined ? undefined : wayOnLink(href, wayOn.label)}
${reference(model, messages)}`
  return { title, content, formAction: POSTS_NOWHERE }
}

function details(model: ErrorPage, messages: Messages): Markup | undefined {
  if (model.details.length === 0) return undefined
  const rows = model.details.map(({ label, value }) => fact(label, html`<code>${value}</code>`))
  return html`<section class="details" aria-labelledby="details"><h2 id="details">${messages.errorDetails}</h2><dl class="facts stacked">${rows}</dl></section>`
}

function reference({ code, errorId }: ErrorPage, messages: Messages): Markup | undefined {
  const rows = [
    code === undefined ? [] : [fact(messages.errorCode, html`<code>${code}</code>`)],
    errorId === undefined ? [] : [fact(messages.errorId, html`<code>${errorId}</code>`)],
  ].flat()
  return rows.length === 0 ? undefined : html`<dl class="stub facts">${rows}</dl>`
}
