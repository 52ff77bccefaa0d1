// A passkey was removed here: password managers may let go of their half of it (WebAuthn Level 3 §5.1.10).
const { acceptedPasskeys } = document.querySelector('[data-accepted-passkeys]').dataset

window.PublicKeyCredential?.signalAllAcceptedCredentials?.(JSON.parse(acceptedPasskeys)).catch(
  // It is a courtesy: a passkey that stays on the device opens nothing any more.
  () => undefined,
)
