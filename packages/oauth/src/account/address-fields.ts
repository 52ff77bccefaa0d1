import type { AddressClaim, UserClaims } from '@grantd/domain'

/** The parts of a postal address (OIDC Core §5.1.1), as fields of the form for details. */
const PARTS = ['street_address', 'locality', 'region', 'postal_code', 'country'] as const
const START = 'address_'

export const ADDRESS_FIELDS = PARTS.map((part) => `${START}${part}` as const)
export type AddressField = (typeof ADDRESS_FIELDS)[number]

export function addressValues({ address }: UserClaims): Record<string, string> {
  return Object.fromEntries(PARTS.map((part) => [`${START}${part}`, address?.[part] ?? '']))
}

/**
 * The claim that the fields stand for; `stored` as it is while nothing in them changed, because what is
 * `formatted` may have come from elsewhere and say more than its parts.
 */
export function addressFrom(
  typed: Readonly<Record<string, string>>,
  stored: AddressClaim | undefined,
): AddressClaim | undefined {
  const parts = PARTS.flatMap((part) => {
    const value = typed[`${START}${part}`]
    return value === undefined ? [] : [[part, value] as const]
  })
  const isSame = PARTS.every((part) => (typed[`${START}${part}`] ?? '') === (stored?.[part] ?? ''))
  if (isSame) return stored
  if (parts.length === 0) return undefined
  const address: AddressClaim = Object.fromEntries(parts)
  return { ...address, formatted: formatted(address) }
}

/** Lines as on a letter; where the postal code stands differs by country, so it keeps a line of its own. */
function formatted(address: AddressClaim): string {
  const { street_address: street, locality, region, postal_code: code, country } = address
  const town = [locality, region].filter((part) => part !== undefined).join(', ')
  return [street, town, code, country]
    .filter((line) => line !== undefined && line !== '')
    .join('\n')
}
