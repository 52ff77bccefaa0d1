import { hidden } from './layout.ts'
import { html, type Markup } from './markup.ts'

/** A time from seconds since the epoch; nothing when no calendar can hold it. */
export function moment(seconds: number, write: (at: Date) => string): Markup {
  const at = new Date(seconds * 1_000)
  if (Number.isNaN(at.getTime())) return html``
  return html`<time datetime="${at.toISOString()}">${write(at)}</time>`
}

/** A form of one button; `label` names it for those who hear only the button. */
export function postButton(
  action: string,
  csrf: string,
  text: string,
  extra: { readonly fields?: Markup; readonly label?: string } = {},
): Markup {
  const label = extra.label === undefined ? undefined : html` aria-label="${extra.label}"`
  return html`<form method="post" action="${action}" class="inline">
${hidden('csrf', csrf)}
${extra.fields}
<button class="button plain" type="submit"${label}>${text}</button>
</form>`
}
