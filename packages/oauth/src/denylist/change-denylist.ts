import {
  type Change,
  type Denial,
  type DenialKind,
  type EpochSeconds,
  nowSeconds,
} from '@grantd/domain'
import { auditChange } from '../audit.ts'
import type { Services } from '../services.ts'

type Ports = Pick<Services, 'ids' | 'clock'>

/** The changes that deny somebody; `value` as `denialValue` spells it. An entry that is there is replaced. */
export function addDenial(
  wish: {
    readonly kind: DenialKind
    readonly value: string
    readonly reason: string | undefined
    readonly expiresAt: EpochSeconds | undefined
    readonly actor: string
    readonly ip?: string
  },
  services: Ports,
): readonly Change[] {
  const { kind, value, reason, expiresAt, actor, ip } = wish
  const denial: Denial = {
    id: services.ids.next(),
    kind,
    value,
    reason,
    createdBy: actor,
    createdAt: nowSeconds(services.clock),
    expiresAt,
  }
  const metadata = {
    kind,
    value,
    ...(reason !== undefined && { reason }),
    ...(expiresAt !== undefined && { expires_at: String(expiresAt) }),
  }
  return [
    { kind: 'denylist.put', denial },
    auditChange(
      {
        action: 'denylist.added',
        targetKind: 'denial',
        targetId: `${kind} ${value}`,
        actor,
        ip,
        metadata,
      },
      services,
    ),
  ]
}

/** The changes that take an entry away; the first is a guard that it is still there. */
export function removeDenial(
  denial: Denial,
  by: { readonly actor: string; readonly ip?: string },
  services: Ports,
): readonly Change[] {
  const { id, kind, value } = denial
  return [
    { kind: 'denylist.delete', id },
    auditChange(
      {
        action: 'denylist.removed',
        targetKind: 'denial',
        targetId: `${kind} ${value}`,
        metadata: { kind, value },
        ...by,
      },
      services,
    ),
  ]
}
