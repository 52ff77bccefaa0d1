import type { Change, User } from '@grantd/domain'
import { auditChange } from '../audit.ts'
import { tellOwner } from '../mail/mail-queue.ts'
import type { Services } from '../services.ts'
import { endOtherSessions } from '../sessions/end-others.ts'

type ResetPorts = Pick<Services, 'storage' | 'clock' | 'ids' | 'vault' | 'letters' | 'settings'>

export interface FactorReset {
  readonly hasTotp: boolean
  readonly passkeys: number
  /** Ends the sessions, and is on record and in a letter to the owner; empty when there is no factor. */
  readonly changes: readonly Change[]
}

/**
 * What takes every second factor and recovery code from an account, for an operator whose user lost
 * them all. The password stays what it was.
 */
export async function factorReset(
  wish: { readonly existing: User; readonly actor: string },
  services: ResetPorts,
): Promise<FactorReset> {
  const { existing: user, actor } = wish
  const [totp, passkeys, codes] = await Promise.all([
    services.storage.totp.find(user.id),
    services.storage.passkeys.listByUser(user.id),
    services.storage.recoveryCodes.listByUser(user.id),
  ])
  const hasTotp = totp !== undefined
  if (!hasTotp && passkeys.length + codes.length === 0) return { hasTotp, passkeys: 0, changes: [] }
  const note = (action: 'totp.removed' | 'passkey.removed', metadata = {}): Change =>
    auditChange(
      { action, actor, subject: user.id, targetKind: 'user', targetId: user.id, metadata },
      services,
    )
  return {
    hasTotp,
    passkeys: passkeys.length,
    changes: [
      ...(hasTotp ? [{ kind: 'totp.delete', userId: user.id } as const, note('totp.removed')] : []),
      ...passkeys.flatMap(({ id, name }) => [
        { kind: 'passkey.delete', id, userId: user.id } as const,
        note('passkey.removed', { name }),
      ]),
      { kind: 'recoveryCode.clear', userId: user.id },
      ...(await endOtherSessions(user, undefined, services)),
      ...(hasTotp ? tellOwner(user, 'totp_removed', services) : []),
      ...(passkeys.length > 0 ? tellOwner(user, 'passkey_removed', services) : []),
    ],
  }
}
