import { nowSeconds } from '@grantd/domain'
import type { Services } from '../services.ts'
import type { Rotation } from './key-actor.ts'
import { JWKS_MAX_AGE, pickActive } from './keyring.ts'

/**
 * Takes the steps of rotation that are due: a successor is published for an active key that nears
 * its age, and signs once every verifier can know it. Safe from a timer and in several processes.
 */
export async function rotateByAge(
  services: Pick<Services, 'keyring' | 'keys' | 'clock' | 'settings'>,
): Promise<readonly Rotation[]> {
  const { keyring, keys, clock, settings } = services
  if (settings.keyRotationInterval === 0) return []
  await keyring.confirm(0)
  const at = nowSeconds(clock)
  const done: Rotation[] = []
  for (const algorithm of new Set(keyring.keys.map((key) => key.algorithm))) {
    const active = pickActive(keyring.keys, algorithm)
    if (active === undefined) continue
    const hasNext = keyring.keys.some((key) => key.algorithm === algorithm && key.state === 'next')
    const dueAt = active.stateChangedAt + settings.keyRotationInterval - JWKS_MAX_AGE
    if (!hasNext && at < dueAt) continue
    done.push(await keys.rotate({ algorithm, actor: 'schedule' }))
  }
  return done
}
