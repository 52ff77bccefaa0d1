import type { SigningAlgorithm } from '@grantd/domain'
import type { Services } from '../services.ts'

/**
 * Makes the first key of an algorithm when a client needs it: a server that only signs with ES256
 * never pays for an RSA key. Resolves at once when there is one.
 */
export async function ensureSigningKey(
  algorithm: SigningAlgorithm,
  { keyring, keys }: Pick<Services, 'keyring' | 'keys'>,
): Promise<void> {
  if (!keyring.canSign(algorithm)) await keys.ensure({ algorithms: [algorithm] })
}
