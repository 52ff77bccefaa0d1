// Passkeys: offered by the username field, used as second factor, added to an account.
const { SimpleWebAuthnBrowser: webauthn } = window

/** Puts the browser's answer into the form and sends it. */
const send = (form, answer) => {
  form.elements.namedItem('credential').value = JSON.stringify(answer)
  form.submit()
}

const questionOf = async (form) =>
  form.dataset.question === undefined
    ? (await fetch('/auth/passkey', { headers: { accept: 'application/json' } })).json()
    : JSON.parse(form.dataset.question)

const ask = async (form) => {
  const optionsJSON = await questionOf(form)
  return form.dataset.passkey === 'create'
    ? webauthn.startRegistration({ optionsJSON })
    : webauthn.startAuthentication({ optionsJSON })
}

const start = (form) => {
  const failed = form.querySelector('[data-passkey-failed]')
  const button = form.querySelector('button[type=submit]')
  form.hidden = false
  button.hidden = false
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    failed.hidden = true
    try {
      send(form, await ask(form))
    } catch {
      failed.hidden = false
    }
  })
}

/** The list under the username field; it waits until one is chosen. */
const offer = async (form) => {
  if (!(await webauthn.browserSupportsWebAuthnAutofill())) return
  try {
    const optionsJSON = await questionOf(form)
    send(form, await webauthn.startAuthentication({ optionsJSON, useBrowserAutofill: true }))
  } catch {
    // Nothing was chosen, or the button was used instead.
  }
}

if (webauthn?.browserSupportsWebAuthn()) {
  for (const form of document.querySelectorAll('form[data-passkey]')) {
    start(form)
    if (form.dataset.passkey === 'sign-in') offer(form)
  }
}
