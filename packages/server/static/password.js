// Gives every password field a button that shows what was typed.
for (const button of document.querySelectorAll('button.reveal')) {
  const input = document.getElementById(button.getAttribute('aria-controls') ?? '')
  if (!(input instanceof HTMLInputElement)) continue

  const show = (isShown) => {
    input.type = isShown ? 'text' : 'password'
    button.classList.toggle('shown', isShown)
    button.setAttribute('aria-label', isShown ? button.dataset.hide : button.dataset.show)
  }

  button.hidden = false
  button.addEventListener('click', () => show(input.type === 'password'))
  // Hidden again when sent, so that browsers offer to save it and do not remember it as text.
  input.form?.addEventListener('submit', () => show(false))
}
