import { type Change, nowSeconds, type User } from '@grantd/domain'
import type { Services } from '../services.ts'

const STORED = 'totp seed'
const OFFERED = 'offered totp seed'
/** An offered seed waits in the form of its page for as long as the person needs a phone. */
const OFFER_SECONDS = 30 * 60

type TotpPorts = Pick<Services, 'storage' | 'clock' | 'vault' | 'oneTimeCodes' | 'settings'>

/** A seed for a page: shown as picture and text, sealed in the form, stored only once it is proven. */
export interface TotpOffer {
  readonly sealed: string
  readonly seed: string
  readonly address: string
}

export function offerTotp(
  user: User,
  services: Omit<TotpPorts, 'storage'>,
  seed?: string,
): TotpOffer {
  const given = seed ?? services.oneTimeCodes.newSeed()
  const at = nowSeconds(services.clock)
  const issuer = new URL(services.settings.baseUrl).host
  return {
    sealed: services.vault.seal(JSON.stringify([given, at]), OFFERED, user.id),
    seed: given,
    address: services.oneTimeCodes.address(given, user.username, issuer),
  }
}

/** The seed that was offered to this person, unless its page is too old. */
export function openTotpOffer(
  user: User,
  sealed: string | undefined,
  services: Pick<TotpPorts, 'vault' | 'clock'>,
): string | undefined {
  const text = sealed === undefined ? undefined : services.vault.open(sealed, OFFERED, user.id)
  if (text === undefined) return undefined
  const [seed, at] = JSON.parse(text) as [string, number] // sealed by offerTotp
  return nowSeconds(services.clock) - at <= OFFER_SECONDS ? seed : undefined
}

/** The change that stores a proven seed; `undefined` for a wrong code. Its code is spent with it. */
export function acceptTotpOffer(
  user: User,
  seed: string,
  code: string,
  services: Omit<TotpPorts, 'storage' | 'settings'>,
): Change | undefined {
  const step = services.oneTimeCodes.stepOf(seed, code, services.clock.nowMs())
  if (step === undefined) return undefined
  return {
    kind: 'totp.insert',
    seed: {
      userId: user.id,
      seedSealed: services.vault.seal(seed, STORED, user.id),
      lastStep: step,
      createdAt: nowSeconds(services.clock),
    },
  }
}

/** The guard that spends `code`; `undefined` when it is wrong, was used, or there is no app. */
export async function totpGuard(
  user: User,
  code: string,
  services: Omit<TotpPorts, 'settings'>,
): Promise<Change | undefined> {
  const stored = await services.storage.totp.find(user.id)
  const seed = stored && services.vault.open(stored.seedSealed, STORED, user.id)
  if (stored === undefined || seed === undefined) return undefined
  const step = services.oneTimeCodes.stepOf(seed, code, services.clock.nowMs())
  if (step === undefined || step <= stored.lastStep) return undefined
  return { kind: 'totp.accept', userId: user.id, step }
}
