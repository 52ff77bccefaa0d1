import type { Passkey } from '../factors.ts'

/** What the browser is to be asked, as WebAuthn JSON (WebAuthn Level 3 §5.1.8). */
export type PasskeyQuestion = Readonly<Record<string, unknown>>

export interface ProvenPasskey {
  readonly counter: number
  readonly isBackedUp: boolean
  /** Whether the device checked its owner (PIN, finger, face). */
  readonly isUserVerified: boolean
}

/** WebAuthn for the one relying party that this server is. */
/** What a browser tells password managers, so that they let go of what is not in the list. */
export interface AcceptedPasskeys {
  readonly rpId: string
  readonly userId: string
  readonly allAcceptedCredentialIds: readonly string[]
}

export interface PasskeyChecks {
  /** WebAuthn Level 3 §5.1.10.2. */
  accepted(userHandle: string, known: readonly Passkey[]): AcceptedPasskeys
  registration(wish: {
    readonly userHandle: string
    readonly username: string
    readonly challenge: string
    readonly known: readonly Passkey[]
  }): Promise<PasskeyQuestion>
  /** `allowed` empty: any passkey of this server, found by the browser. */
  signIn(wish: {
    readonly challenge: string
    readonly allowed: readonly Passkey[]
    readonly verification: 'required' | 'preferred'
  }): Promise<PasskeyQuestion>
  /** The credential's id and the challenge that it answers; `undefined` when it is no answer at all. */
  read(answer: unknown): { readonly credentialId: string; readonly challenge: string } | undefined
  checkRegistration(
    answer: unknown,
    challenge: string,
  ): Promise<
    | (Pick<Passkey, 'credentialId' | 'publicKey' | 'counter' | 'transports' | 'isBackedUp'> & {
        readonly isUserVerified: boolean
      })
    | undefined
  >
  checkSignIn(
    answer: unknown,
    challenge: string,
    passkey: Passkey,
    verification: 'required' | 'preferred',
  ): Promise<ProvenPasskey | undefined>
}
