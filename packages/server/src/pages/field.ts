import { html, type Markup } from './markup.ts'
import type { Messages } from './messages.ts'

interface Field {
  /** Wire name, also the id of the input. */
  readonly name: string
  readonly label: string
  readonly value?: string
  readonly autocomplete: string
  readonly type?: 'text' | 'email'
  readonly inputmode?: 'numeric'
  /** Addresses, numbers and codes read from left to right in every language. */
  readonly isLatin?: boolean
  /** May be sent empty. */
  readonly isOptional?: boolean
  readonly help?: string
  readonly hasAutofocus?: boolean
  /** True when the page's notice is about this field. */
  readonly isRefused?: boolean
}

function described({ name, help, isRefused = false }: Field): Markup | undefined {
  const ids = [isRefused ? ['notice'] : [], help === undefined ? [] : [`${name}-help`]].flat()
  if (ids.length === 0) return undefined
  const describedBy = html` aria-describedby="${ids.join(' ')}"`
  return isRefused ? html`${describedBy} aria-invalid="true"` : describedBy
}

function around(field: Field, input: Markup): Markup {
  const { name, label, help } = field
  return html`<div class="field"><label for="${name}">${label}</label>
${help === undefined ? undefined : html`<p class="help" id="${name}-help">${help}</p>`}
${input}</div>`
}

function autofocus(field: Field): Markup | undefined {
  return field.hasAutofocus ? html` autofocus` : undefined
}

/** What is in a field gives it its direction; an empty one has that of the page. */
function direction({ value = '', isLatin }: Field): Markup | undefined {
  if (isLatin) return html` dir="ltr"`
  return value === '' ? undefined : html` dir="auto"`
}

/** A labelled line of text, kept as typed: no capitals, no spelling marks. */
export function textField(field: Field): Markup {
  const { name, value = '', autocomplete, type = 'text', inputmode } = field
  return around(
    field,
    html`<input type="${type}" id="${name}" name="${name}" value="${value}" autocomplete="${autocomplete}"${direction(field)} autocapitalize="none" spellcheck="false"${inputmode === undefined ? undefined : html` inputmode="${inputmode}"`}${field.isOptional ? undefined : html` required`}${described(field)}${autofocus(field)}>`,
  )
}

/** A labelled password; password.js turns its hidden button into "show password". */
export function passwordField(field: Field, messages: Messages): Markup {
  const { name, autocomplete } = field
  return around(
    field,
    html`<div class="with-button"><input type="password" id="${name}" name="${name}" autocomplete="${autocomplete}" autocapitalize="none" spellcheck="false" required${described(field)}${autofocus(field)}><button type="button" class="reveal" hidden aria-controls="${name}" aria-label="${messages.showPassword}" data-show="${messages.showPassword}" data-hide="${messages.hidePassword}"><svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round"><path d="M2.5 12s3.5-6 9.5-6 9.5 6 9.5 6-3.5 6-9.5 6-9.5-6-9.5-6z"></path><circle cx="12" cy="12" r="2.75"></circle><path class="strike" d="M4.5 19.5l15-15"></path></svg></button></div>`,
  )
}
