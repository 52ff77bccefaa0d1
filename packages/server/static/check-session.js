// OIDC Session Management §3.2: answers a client's "client_id session_state" with unchanged, changed
// or error. The cookie is a digest of the session; nothing that could sign anybody in is readable.
const COOKIE = /(?:^|; )(?:__Host-op_state|op_state)=([\w-]+)/

async function verdictOf(text, origin) {
  const [clientId, state, ...rest] = typeof text === 'string' ? text.split(' ') : []
  const salt = state?.split('.')[1]
  if (clientId === undefined || salt === undefined || rest.length > 0) return 'error'
  const current = COOKIE.exec(document.cookie)?.[1] ?? ''
  const bytes = new TextEncoder().encode(`${clientId} ${origin} ${current} ${salt}`)
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  const hex = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return `${hex}.${salt}` === state ? 'unchanged' : 'changed'
}

addEventListener('message', async (event) => {
  if (event.source === null || event.origin === 'null') return
  const verdict = await verdictOf(event.data, event.origin).catch(() => 'error')
  event.source.postMessage(verdict, { targetOrigin: event.origin })
})
