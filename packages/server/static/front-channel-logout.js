// Goes on when every app has been told, or after two seconds: no app may keep a person waiting.
const frames = [...document.querySelectorAll('iframe')]
const link = document.querySelector('#way-on a')
const told = frames.map((frame) => new Promise((done) => frame.addEventListener('load', done)))
const timeLimit = new Promise((done) => setTimeout(done, 2_000))
Promise.race([Promise.all(told), timeLimit]).then(() => {
  if (link instanceof HTMLAnchorElement) location.replace(link.href)
})
