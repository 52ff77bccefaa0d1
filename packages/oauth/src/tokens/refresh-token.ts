import { createCipheriv, createDecipheriv, hash } from 'node:crypto'
import {
  after,
  type EpochSeconds,
  epochSeconds,
  mintCredential,
  PREFIX,
  type RefreshToken,
  type TokenFamily,
} from '@grantd/domain'
import type { Services } from '../services.ts'

/** A new refresh token of `family`: its text for the client and its row. It never outlives the family. */
export function mintRefreshToken(
  family: TokenFamily,
  at: EpochSeconds,
  ports: Pick<Services, 'settings' | 'random' | 'ids'>,
): { readonly value: string; readonly row: RefreshToken } {
  const id = ports.ids.next<RefreshToken['id']>()
  const minted = mintCredential(PREFIX.refreshToken, id, ports.random)
  const end = after(at, ports.settings.refreshTokenLifetime)
  return {
    value: minted.value,
    row: {
      id,
      secretHash: minted.secretHash,
      familyId: family.id,
      clientId: family.clientId,
      createdAt: at,
      expiresAt: epochSeconds(Math.min(end, family.expiresAt)),
      usedAt: undefined,
      successorSealed: undefined,
      graceUses: 0,
    },
  }
}

// The key comes from the token that only its holder has; storage alone cannot open the successor.
// A fixed nonce is safe because each key seals exactly one text.
const NONCE = Buffer.alloc(12)

function successorKey(presented: string): Buffer {
  return hash('sha256', `grantd refresh successor\0${presented}`, 'buffer')
}

/** Seals the successor's text under the presented token, for a retry whose first answer got lost. */
export function sealSuccessor(successor: string, presented: string): string {
  const cipher = createCipheriv('aes-256-gcm', successorKey(presented), NONCE)
  const sealed = Buffer.concat([
    cipher.update(successor, 'latin1'),
    cipher.final(),
    cipher.getAuthTag(),
  ])
  return sealed.toString('base64url')
}

export function openSuccessor(sealed: string, presented: string): string {
  const bytes = Buffer.from(sealed, 'base64url')
  const decipher = createDecipheriv('aes-256-gcm', successorKey(presented), NONCE)
  decipher.setAuthTag(bytes.subarray(-16))
  return decipher.update(bytes.subarray(0, -16), undefined, 'latin1') + decipher.final('latin1')
}
