import type { PasskeyChecks, PasskeyQuestion } from '@grantd/domain'

// The library is large and most sign-ins need none of it: it is loaded with the first passkey.
const library = () => import('@simplewebauthn/server')

/** The challenge travels as base64url of its text. */
const onWire = (challenge: string) => Buffer.from(challenge, 'utf8').toString('base64url')

/** WebAuthn for the relying party at `baseUrl`; its host is the RP id (WebAuthn Level 3 §5.1.2). */
export function createPasskeyChecks(baseUrl: string, name: string): PasskeyChecks {
  const { origin, hostname: rpID } = new URL(baseUrl)
  const party = { expectedOrigin: origin, expectedRPID: rpID }
  return {
    accepted: (userHandle, known) => ({
      rpId: rpID,
      userId: userHandle,
      allAcceptedCredentialIds: known.map(({ credentialId }) => credentialId),
    }),
    async registration({ userHandle, username, challenge, known }) {
      const { generateRegistrationOptions } = await library()
      const question = await generateRegistrationOptions({
        rpName: name,
        rpID,
        userName: username,
        userID: new Uint8Array(Buffer.from(userHandle, 'base64url')),
        challenge: new Uint8Array(Buffer.from(challenge, 'utf8')),
        attestationType: 'none',
        excludeCredentials: known.map(({ credentialId, transports }) => ({
          id: credentialId,
          transports: [...transports],
        })),
        authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
      })
      return question as unknown as PasskeyQuestion
    },
    async signIn({ challenge, allowed, verification }) {
      const { generateAuthenticationOptions } = await library()
      const question = await generateAuthenticationOptions({
        rpID,
        challenge: new Uint8Array(Buffer.from(challenge, 'utf8')),
        userVerification: verification,
        allowCredentials: allowed.map(({ credentialId, transports }) => ({
          id: credentialId,
          transports: [...transports],
        })),
      })
      return question as unknown as PasskeyQuestion
    },
    read: readAnswer,
    async checkRegistration(answer, challenge) {
      const { verifyRegistrationResponse } = await library()
      try {
        const { verified, registrationInfo } = await verifyRegistrationResponse({
          response: answer as Parameters<typeof verifyRegistrationResponse>[0]['response'],
          expectedChallenge: onWire(challenge),
          requireUserVerification: false,
          ...party,
        })
        if (!verified || registrationInfo === undefined) return undefined
        const { credential, credentialBackedUp, userVerified } = registrationInfo
        return {
          credentialId: credential.id,
          publicKey: Buffer.from(credential.publicKey).toString('base64url'),
          counter: credential.counter,
          transports: (credential.transports ?? []).filter((text) => typeof text === 'string'),
          isBackedUp: credentialBackedUp,
          isUserVerified: userVerified,
        }
      } catch {
        // The library throws for every answer that does not fit; to the caller they are all one.
        return undefined
      }
    },
    async checkSignIn(answer, challenge, passkey, verification) {
      const { verifyAuthenticationResponse } = await library()
      try {
        const { verified, authenticationInfo } = await verifyAuthenticationResponse({
          response: answer as Parameters<typeof verifyAuthenticationResponse>[0]['response'],
          expectedChallenge: onWire(challenge),
          requireUserVerification: verification === 'required',
          credential: {
            id: passkey.credentialId,
            publicKey: new Uint8Array(Buffer.from(passkey.publicKey, 'base64url')),
            counter: passkey.counter,
            transports: [...passkey.transports],
          },
          ...party,
        })
        if (!verified) return undefined
        const { newCounter, credentialBackedUp, userVerified } = authenticationInfo
        return {
          counter: newCounter,
          isBackedUp: credentialBackedUp,
          isUserVerified: userVerified,
        }
      } catch {
        return undefined
      }
    },
  }
}

/** Which credential answers which challenge; believed only once the signature is checked. */
function readAnswer(
  answer: unknown,
): { readonly credentialId: string; readonly challenge: string } | undefined {
  if (typeof answer !== 'object' || answer === null) return undefined
  const { id, response } = answer as { id?: unknown; response?: { clientDataJSON?: unknown } }
  const data = response?.clientDataJSON
  if (typeof id !== 'string' || id.length > 1_400 || typeof data !== 'string') return undefined
  try {
    const client: unknown = JSON.parse(Buffer.from(data, 'base64url').toString('utf8'))
    const { challenge } = client as { challenge?: unknown }
    if (typeof challenge !== 'string') return undefined
    return { credentialId: id, challenge: Buffer.from(challenge, 'base64url').toString('utf8') }
  } catch {
    return undefined
  }
}
