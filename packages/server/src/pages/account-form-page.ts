import { unreachable } from '@grantd/domain'
import { passwordField, textField } from './field.ts'
import { hidden, notice, type Page, type PageTools, POSTS_HERE } from './layout.ts'
import { html, type Markup } from './markup.ts'
import type { Messages } from './messages.ts'
import type { AccountForm, AccountFormPage } from './model.ts'
import { providerLinks } from './provider-links.ts'

interface Form {
  readonly title: string
  readonly lead: string
  readonly submit: string
  readonly action: string
  readonly fields: readonly (Markup | undefined)[]
  /** For people who are not signed in. */
  readonly isOutside?: boolean
}

/** A page with one form, its fields by `model.form`; every field keeps what was typed but passwords. */
export function accountFormPage(
  model: AccountFormPage,
  { messages, assets, asked }: PageTools,
): Page {
  const form = formOf(model, messages)
  const back = form.isOutside
    ? html`<a href="/auth/login">${messages.formSignIn}</a>`
    : html`<a href="/profile">${messages.formCancel}</a>`
  const content = html`<h1>${form.title}</h1>
<p class="lead">${form.lead}</p>
${noticeOf(model, messages)}
<form method="post" action="${form.action}">
${hidden('csrf', model.csrf)}
${form.isOutside && asked !== undefined ? hidden('ui_locales', asked) : undefined}
${model.values.ticket === undefined ? undefined : hidden('ticket', model.values.ticket)}
${form.fields.filter((field) => field !== undefined)}
<p class="actions"><button class="button primary" type="submit">${form.submit}</button></p>
</form>
${providerLinks(model.providers, messages)}
<p class="stub">${back}</p>`
  return {
    title: form.title,
    content,
    formAction: POSTS_HERE,
    scripts: [assets.passwordScript],
  }
}

function formOf(model: AccountFormPage, m: Messages): Form {
  const { values, form } = model
  switch (form) {
    case 'forgot':
      return {
        ...{ title: m.forgotTitle, lead: m.forgotLead, submit: m.forgotSubmit },
        ...{ action: '/auth/forgot', isOutside: true },
        fields: [
          textField({
            name: 'username',
            label: m.fieldUsernameOrEmail,
            value: values.username ?? '',
            autocomplete: 'username',
            hasAutofocus: true,
          }),
        ],
      }
    case 'reset':
      return {
        ...{ title: m.resetTitle, lead: m.resetLead, submit: m.resetSubmit },
        ...{ action: '/auth/reset', isOutside: true },
        fields: [account(model, m), ...newPassword(model, m)],
      }
    case 'sign_up':
      return {
        ...{ title: m.signUpTitle, lead: m.signUpLead, submit: m.signUpSubmit },
        ...{ action: '/auth/sign-up', isOutside: true },
        fields: [email(model, m, 'email')],
      }
    case 'sign_up_finish':
      return {
        title: m.signUpFinishTitle,
        lead: m.signUpFinishLead(values.username ?? ''),
        submit: m.signUpFinishSubmit,
        ...{ action: '/auth/sign-up/finish', isOutside: true },
        fields: [
          account(model, m),
          textField({
            name: 'name',
            label: m.fieldName,
            value: values.name ?? '',
            autocomplete: 'name',
            isOptional: true,
          }),
          ...newPassword(model, m),
        ],
      }
    case 'email_proof':
      return {
        title: m.emailProofTitle,
        lead: m.emailProofLead(values.email ?? ''),
        submit: m.emailProofSubmit,
        ...{ action: '/auth/email', isOutside: true, fields: [] },
      }
    case 'password':
      return {
        ...{ title: m.passwordTitle, lead: m.passwordLead, submit: m.passwordSubmit },
        action: '/profile/password',
        fields: [account(model, m), ...newPassword(model, m)],
      }
    case 'first_password':
      return {
        ...{ title: m.passwordFirstTitle, lead: m.passwordFirstLead, submit: m.passwordSubmit },
        action: '/profile/password',
        fields: [account(model, m), ...newPassword(model, m)],
      }
    case 'email':
      return {
        ...{ title: m.emailTitle, lead: m.emailLead, submit: m.emailSubmit },
        action: '/profile/email',
        fields: [email(model, m, 'email')],
      }
    case 'details':
      return {
        ...{ title: m.detailsTitle, lead: m.detailsLead, submit: m.detailsSubmit },
        action: '/profile/details',
        fields: details(model, m),
      }
    case 'disable':
      return {
        ...{ title: m.disableTitle, lead: m.disableLead, submit: m.disableSubmit },
        action: '/profile/disable',
        fields: [confirmation(model, m)],
      }
    case 'delete':
      return {
        ...{ title: m.deleteTitle, lead: m.deleteLead, submit: m.deleteSubmit },
        action: '/profile/delete',
        fields: [confirmation(model, m)],
      }
    default:
      return unreachable(form)
  }
}

// Without a name it is not sent; it is there so that password managers file the password under it.
function account({ values, form }: AccountFormPage, m: Messages): Markup {
  const label = form === 'sign_up_finish' ? m.fieldEmail : m.loginUsername
  return html`<div class="field"><label for="account">${label}</label><input type="text" id="account" value="${values.username ?? ''}" dir="auto" autocomplete="username" readonly></div>`
}

function newPassword({ notice: about, minimumPasswordLength }: AccountFormPage, m: Messages) {
  const isRefused = about === 'weak_password' || about === 'mismatch'
  const common = { autocomplete: 'new-password', isRefused }
  const help = m.fieldPasswordHelp(minimumPasswordLength)
  const first = { ...common, name: 'password', label: m.fieldNewPassword, help, hasAutofocus: true }
  const second = { ...common, name: 'password_again', label: m.fieldNewPasswordAgain }
  return [passwordField(first, m), passwordField(second, m)]
}

function email({ values, notice: about }: AccountFormPage, m: Messages, autocomplete: string) {
  return textField({
    name: 'email',
    label: m.fieldEmail,
    value: values.email ?? '',
    autocomplete,
    type: 'email',
    hasAutofocus: true,
    isRefused: about === 'invalid_email',
  })
}

function confirmation({ values, notice: about }: AccountFormPage, m: Messages): Markup {
  return textField({
    name: 'confirm',
    label: m.fieldConfirm(values.expected ?? ''),
    autocomplete: 'off',
    isRefused: about === 'not_confirmed',
  })
}

const LATIN = ['profile', 'picture', 'website', 'birthdate', 'zoneinfo', 'locale', 'phone_number']

/** The editable claims with what password managers and browsers call them (HTML §4.10.18.7). */
const DETAILS = [
  ['name', 'name'],
  ['given_name', 'given-name'],
  ['family_name', 'family-name'],
  ['middle_name', 'additional-name'],
  ['nickname', 'nickname'],
  ['preferred_username', 'off'],
  ['profile', 'off'],
  ['picture', 'photo'],
  ['website', 'url'],
  ['gender', 'sex'],
  ['birthdate', 'bday'],
  ['zoneinfo', 'off'],
  ['locale', 'language'],
  ['phone_number', 'tel'],
  ['address_street_address', 'address-line1'],
  ['address_locality', 'address-level2'],
  ['address_region', 'address-level1'],
  ['address_postal_code', 'postal-code'],
  ['address_country', 'country-name'],
] as const

function details({ values }: AccountFormPage, m: Messages): readonly Markup[] {
  return DETAILS.map(([name, autocomplete]) =>
    textField({
      name,
      label: m[`detail_${name}`],
      value: values[name] ?? '',
      autocomplete,
      isOptional: true,
      isLatin: LATIN.includes(name),
      isRefused: values.refused === name,
    }),
  )
}

function noticeOf(model: AccountFormPage, m: Messages): Markup | undefined {
  const texts: Readonly<Record<NonNullable<AccountFormPage['notice']>, string>> = {
    expired: m.formExpired,
    mismatch: m.formMismatch,
    weak_password: m.formWeakPassword(model.minimumPasswordLength),
    invalid_email: m.formInvalidEmail,
    invalid_details: m.formInvalidDetails,
    not_confirmed: m.formNotConfirmed,
    last_administrator: m.formLastAdministrator,
  }
  return model.notice === undefined ? undefined : notice(texts[model.notice], 'problem')
}

/** For tests: every form there is. */
export const ACCOUNT_FORMS: readonly AccountForm[] = [
  'forgot',
  'reset',
  'sign_up',
  'sign_up_finish',
  'email_proof',
  'password',
  'first_password',
  'email',
  'details',
  'disable',
  'delete',
]
