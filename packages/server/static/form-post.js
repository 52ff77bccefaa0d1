// Sends the answer to the app at once. The prototype's method: a field may be called "submit".
const form = document.getElementById('form-post')
if (form instanceof HTMLFormElement) HTMLFormElement.prototype.submit.call(form)
