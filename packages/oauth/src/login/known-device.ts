import { type SecretHash, sameHash, type User } from '@grantd/domain'
import type { Services } from '../services.ts'

const PURPOSE = 'known device'
/** How long a browser counts as known after its last sign-in. */
export const DEVICE_SECONDS = 90 * 24 * 3_600

/** What a browser keeps after a sign-in: `<nonce>.<mac>`, good for nothing but a counter of its own. */
export function rememberDevice(
  user: Pick<User, 'id'>,
  services: Pick<Services, 'random' | 'hashes'>,
): string {
  const nonce = services.random.base64url(16)
  return `${nonce}.${services.hashes.of(nonce, PURPOSE, user.id)}`
}

/**
 * The throttle key of a browser that signed this person in before. Strangers who fail for the account
 * count elsewhere, so that they cannot lock its owner out (GHSA-cq42-vhv7-xr7p).
 */
export function knownDeviceKey(
  user: Pick<User, 'id'> | undefined,
  device: string | undefined,
  services: Pick<Services, 'hashes'>,
): string | undefined {
  const [nonce, mac, ...rest] = device?.split('.') ?? []
  if (user === undefined || nonce === undefined || mac === undefined || rest.length > 0)
    return undefined
  const expected = services.hashes.of(nonce, PURPOSE, user.id)
  return sameHash(expected, mac as SecretHash) ? `device:${user.id}:${nonce}` : undefined
}
