import type { GuardCase } from './guard-case.ts'
import { NOW } from './samples.ts'
import { anIdentity, aPasskey, aRecoveryCode, aTicket, aTotpSeed } from './samples-people.ts'

/** The guards of factors and tickets. */
export function peopleGuards(): readonly GuardCase[] {
  const passkey = aPasskey()
  const seed = aTotpSeed()
  const code = aRecoveryCode()
  const ticket = aTicket()
  const fresh = aTotpSeed()
  const wanted = anIdentity()
  const linked = anIdentity()
  return [
    {
      kind: 'passkey.used',
      winners: 1,
      prepare: [{ kind: 'passkey.insert', passkey }],
      race: (n) => ({
        kind: 'passkey.used',
        id: passkey.id,
        counterSeen: passkey.counter,
        counter: passkey.counter + 1 + n,
        isBackedUp: false,
        at: NOW,
      }),
    },
    {
      kind: 'totp.insert',
      winners: 1,
      prepare: [],
      race: (n) => ({ kind: 'totp.insert', seed: { ...fresh, seedSealed: `seed ${n}` } }),
    },
    {
      kind: 'totp.accept',
      winners: 1,
      prepare: [{ kind: 'totp.insert', seed }],
      race: () => ({ kind: 'totp.accept', userId: seed.userId, step: seed.lastStep + 1 }),
    },
    {
      kind: 'recoveryCode.use',
      winners: 1,
      prepare: [{ kind: 'recoveryCode.insert', code }],
      race: () => ({ kind: 'recoveryCode.use', id: code.id, at: NOW }),
    },
    {
      kind: 'identity.insert',
      winners: 1,
      prepare: [],
      // As many people who prove at once that one account of a provider is theirs.
      race: () => ({
        kind: 'identity.insert',
        identity: anIdentity({ provider: wanted.provider, subject: wanted.subject }),
      }),
    },
    {
      kind: 'identity.delete',
      winners: 1,
      prepare: [{ kind: 'identity.insert', identity: linked }],
      race: () => ({ kind: 'identity.delete', id: linked.id, userId: linked.userId }),
    },
    {
      kind: 'ticket.use',
      winners: 1,
      prepare: [{ kind: 'ticket.insert', ticket }],
      race: () => ({ kind: 'ticket.use', id: ticket.id, purpose: ticket.purpose, at: NOW }),
    },
  ]
}
