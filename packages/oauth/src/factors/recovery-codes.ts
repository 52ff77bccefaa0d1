import {
  type Change,
  nowSeconds,
  type RecoveryCode,
  type RecoveryCodeId,
  sameHash,
  type User,
} from '@grantd/domain'
import type { Services } from '../services.ts'

const RECOVERY_CODES = 10
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz' // Crockford: no i, l, o, u
const LETTERS = 16
const PURPOSE = 'recovery code'

/** Ten codes of 80 bits to print, and the changes that put them in place of the former ones. */
export function newRecoveryCodes(
  user: Pick<User, 'id'>,
  services: Pick<Services, 'ids' | 'clock' | 'random' | 'hashes'>,
): { readonly codes: readonly string[]; readonly changes: readonly Change[] } {
  const at = nowSeconds(services.clock)
  const codes = Array.from({ length: RECOVERY_CODES }, () => newCode(services))
  const inserts = codes.map((code): Change => {
    const stored: RecoveryCode = {
      id: services.ids.next<RecoveryCodeId>(),
      userId: user.id,
      codeHash: services.hashes.of(folded(code), PURPOSE, user.id),
      createdAt: at,
      usedAt: undefined,
    }
    return { kind: 'recoveryCode.insert', code: stored }
  })
  return { codes, changes: [{ kind: 'recoveryCode.clear', userId: user.id }, ...inserts] }
}

function newCode({ random }: Pick<Services, 'random'>): string {
  const bytes = Buffer.alloc(LETTERS)
  random.fill(bytes, 0, LETTERS)
  const text = [...bytes].map((byte) => ALPHABET[byte & 31]).join('')
  return text.replace(/.{4}(?=.)/g, '$&-')
}

/** As typed: other case, other dashes, and the letters that look like digits. */
function folded(code: string): string {
  return code
    .toLowerCase()
    .replace(/[^0-9a-z]/g, '')
    .replaceAll('o', '0')
    .replace(/[il]/g, '1')
}

export function looksLikeRecoveryCode(text: string): boolean {
  return folded(text).length === LETTERS
}

/** The unused code that `text` is. */
export async function findRecoveryCode(
  user: Pick<User, 'id'>,
  text: string,
  services: Pick<Services, 'storage' | 'hashes'>,
): Promise<RecoveryCode | undefined> {
  const hash = services.hashes.of(folded(text), PURPOSE, user.id)
  const codes = await services.storage.recoveryCodes.listByUser(user.id)
  return codes.find((code) => code.usedAt === undefined && sameHash(code.codeHash, hash))
}
