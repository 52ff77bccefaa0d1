// Owns: the standard claims that a person edits. What is not listed here cannot be set by its owner:
// not the role, not whether an address is proven (T168, CVE-2026-27946).
import { invalidRequest, nowSeconds, type UserClaims } from '@grantd/domain'
import { auditChange } from '../audit.ts'
import { formFields } from '../form-fields.ts'
import type { Params } from '../params.ts'
import { accountCsrf, accountForm, accountPage, backToConsole } from './account-action.ts'
import { formPage } from './account-form.ts'
import { ADDRESS_FIELDS, type AddressField, addressFrom, addressValues } from './address-fields.ts'

const PATH = '/profile/details'
const MAX_TEXT = 200

/** The claims of OIDC Core §5.1 that their owner may set. */
const EDITABLE_CLAIMS = [
  'name',
  'given_name',
  'family_name',
  'middle_name',
  'nickname',
  'preferred_username',
  'profile',
  'picture',
  'website',
  'gender',
  'birthdate',
  'zoneinfo',
  'locale',
  'phone_number',
] as const
type Editable = (typeof EDITABLE_CLAIMS)[number]

/** Every field of the form. */
const FIELDS: readonly (Editable | AddressField)[] = [...EDITABLE_CLAIMS, ...ADDRESS_FIELDS]

const SHAPES: Partial<Readonly<Record<Editable, RegExp>>> = {
  profile: /^https?:\/\/\S+$/,
  picture: /^https?:\/\/\S+$/,
  website: /^https?:\/\/\S+$/,
  birthdate: /^(?:\d{4}|0000)(?:-\d{2}-\d{2})?$/,
  zoneinfo: /^[A-Za-z_]+(?:\/[A-Za-z0-9_+-]+)*$/,
  locale: /^[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*$/,
  phone_number: /^\+[0-9 ().-]{5,30}$/,
}

export const detailsPage = accountPage({
  id: 'account.details.form',
  path: PATH,
  summary: 'Shows what apps may learn about the person.',
  show: (_input, signedIn, services) =>
    formPage('details', {
      csrf: accountCsrf(PATH, signedIn, services),
      values: valuesOf(signedIn.user.claims),
    }),
})

export const detailsSubmit = accountForm({
  id: 'account.details.submit',
  path: PATH,
  page: PATH,
  summary: 'Changes what apps may learn about the person.',
  parameters: formFields('csrf', ...FIELDS.map((name) => `${name}?`)),
  async act({ params, request }, signedIn, services) {
    const read = readClaims(params)
    if ('refused' in read) {
      return formPage('details', {
        csrf: accountCsrf(PATH, signedIn, services),
        status: 400,
        notice: 'invalid_details',
        values: { ...read.typed, refused: read.refused },
      })
    }
    const { user } = signedIn
    const kept = Object.fromEntries(
      Object.entries(user.claims).filter(([name]) => !isEditable(name) && name !== 'address'),
    ) as UserClaims
    const isSameNumber = read.claims.phone_number === user.claims.phone_number
    const { phone_number_verified: proven, ...others } = kept
    const address = addressFrom(read.address, user.claims.address)
    const claims: UserClaims = {
      ...others,
      ...read.claims,
      ...(address !== undefined && { address }),
      // A number that nobody proved is not proven because the one before it was.
      ...(proven !== undefined && isSameNumber && { phone_number_verified: proven }),
    }
    const at = nowSeconds(services.clock)
    const result = await services.storage.commit([
      { kind: 'session.requireLive', id: signedIn.session.id },
      { kind: 'user.update', user: { ...user, claims, updatedAt: at, version: user.version + 1 } },
      auditChange(
        {
          action: 'user.claims_changed',
          actor: user.id,
          targetKind: 'user',
          targetId: user.id,
          ip: request.ip,
        },
        services,
      ),
    ])
    return backToConsole(result.outcome === 'committed' ? 'details' : 'again')
  },
})

function isEditable(name: string): name is Editable {
  return EDITABLE_CLAIMS.some((claim) => claim === name)
}

function valuesOf(claims: UserClaims): Record<string, string> {
  const simple = EDITABLE_CLAIMS.map((name) => [name, claims[name] ?? ''] as const)
  return { ...Object.fromEntries(simple), ...addressValues(claims) }
}

/** Throws `invalid_request` for a name that is no field of the form. */
function readClaims(
  params: Params,
):
  | { readonly claims: UserClaims; readonly address: Record<string, string> }
  | { readonly refused: string; readonly typed: Record<string, string> } {
  const fields: readonly string[] = ['csrf', ...FIELDS]
  if (params.names.some((name) => !fields.includes(name)))
    throw invalidRequest('the form has a field that cannot be set here')
  const typed: Record<string, string> = {}
  for (const name of FIELDS) {
    const value = params.get(name)?.trim()
    if (value !== undefined && value !== '') typed[name] = value
  }
  const refused = FIELDS.find(
    (name) => typed[name] !== undefined && !isAcceptable(name, typed[name]),
  )
  if (refused !== undefined) return { refused, typed }
  const entries = Object.entries(typed)
  return {
    claims: Object.fromEntries(entries.filter(([name]) => isEditable(name))),
    address: Object.fromEntries(entries.filter(([name]) => !isEditable(name))),
  }
}

function isAcceptable(name: string, value: string): boolean {
  const shape = isEditable(name) ? SHAPES[name] : undefined
  return value.length <= MAX_TEXT && !/\p{Cc}/u.test(value) && shape?.test(value) !== false
}
