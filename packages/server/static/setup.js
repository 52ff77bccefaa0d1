// Takes the one-time code from the link's fragment, which never reaches a server, and clears it.
const field = document.getElementById('code')
const fragment = location.hash.slice(1)
if (field instanceof HTMLInputElement && fragment !== '') {
  field.value = new URLSearchParams(fragment).get('code') || fragment
  history.replaceState(null, '', location.pathname + location.search)
  document.getElementById('password')?.focus()
}
