import type { Brand } from './brand.ts'
import type { Clock } from './clock.ts'
import type { Random } from './random.ts'

/**
 * A UUIDv7 (RFC 9562 §5.7) as 22 characters of base64url: time-ordered, so that rows land at the
 * end of every index (six times cheaper than random keys). An id is a name, never a secret.
 */
export type TimeOrderedId<Name extends string> = Brand<string, Name>

export type UserId = TimeOrderedId<'UserId'>
export type SessionId = TimeOrderedId<'SessionId'>
export type CodeId = TimeOrderedId<'CodeId'>
export type FamilyId = TimeOrderedId<'FamilyId'>
export type TokenId = TimeOrderedId<'TokenId'>
export type RefreshTokenId = TimeOrderedId<'RefreshTokenId'>
export type ConsentId = TimeOrderedId<'ConsentId'>
export type AuditId = TimeOrderedId<'AuditId'>
export type InitialAccessTokenId = TimeOrderedId<'InitialAccessTokenId'>
export type SetupLinkId = TimeOrderedId<'SetupLinkId'>
export type DenialId = TimeOrderedId<'DenialId'>
export type LogoutDeliveryId = TimeOrderedId<'LogoutDeliveryId'>
export type PasskeyId = TimeOrderedId<'PasskeyId'>
export type RecoveryCodeId = TimeOrderedId<'RecoveryCodeId'>
export type UpstreamIdentityId = TimeOrderedId<'UpstreamIdentityId'>
export type TicketId = TimeOrderedId<'TicketId'>
export type MailId = TimeOrderedId<'MailId'>
/** The row id of a client; never reused, unlike a name. */
export type ClientRowId = TimeOrderedId<'ClientRowId'>
/** The public client identifier of RFC 6749 §2.2. */
export type ClientId = Brand<string, 'ClientId'>
/** The `kid` of a signing key (RFC 7515 §4.1.4). */
export type KeyId = Brand<string, 'KeyId'>

// 16 bytes leave four zero bits in the last character, hence the short final class: one text per id.
const ID_SHAPE = /^[A-Za-z0-9_-]{21}[AQgw]$/

/** Makes time-ordered ids; one per process, because its counter keeps ids of one millisecond in order. */
export class IdMaker {
  readonly #clock: Clock
  readonly #random: Random
  readonly #bytes = Buffer.alloc(16)
  #lastMs = 0
  #counter = 0

  constructor(ports: { clock: Clock; random: Random }) {
    this.#clock = ports.clock
    this.#random = ports.random
  }

  next<Id extends TimeOrderedId<string>>(): Id {
    const bytes = this.#bytes
    this.#random.fill(bytes, 6, 10)
    const ms = Math.max(this.#clock.nowMs(), this.#lastMs) // a clock that steps back must not reorder ids
    if (ms !== this.#lastMs) {
      this.#lastMs = ms
      this.#counter = ((bytes[6] ?? 0) << 8) | (bytes[7] ?? 0)
      this.#counter &= 0x7ff // room to count upwards within the millisecond (RFC 9562 §6.2, method 1)
    } else if (++this.#counter > 0xfff) {
      this.#lastMs = ms + 1
      this.#counter = 0
    }
    bytes.writeUIntBE(this.#lastMs, 0, 6)
    bytes[6] = 0x70 | (this.#counter >>> 8)
    bytes[7] = this.#counter & 0xff
    bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f)
    return bytes.toString('base64url') as Id
  }
}

/** Reads an id that came from outside; `undefined` unless it is the one canonical text of 16 bytes. */
export function parseId<Id extends TimeOrderedId<string>>(text: string): Id | undefined {
  return ID_SHAPE.test(text) ? (text as Id) : undefined
}

/** Milliseconds since the epoch at which the id was made. */
export function idTimeMs(id: TimeOrderedId<string>): number {
  return Buffer.from(id, 'base64url').readUIntBE(0, 6)
}

/** The smallest id that could be made at `ms`; a bound for range deletes. */
export function lowestIdAt<Id extends TimeOrderedId<string>>(ms: number): Id {
  const bytes = Buffer.alloc(16)
  bytes.writeUIntBE(Math.max(0, Math.floor(ms)), 0, 6)
  return bytes.toString('base64url') as Id
}

export function clientId(text: string): ClientId {
  return text as ClientId
}
