import { hidden, type Page, type PageTools } from './layout.ts'
import { html } from './markup.ts'
import type { FormPostPage } from './model.ts'
import { formActionSource, readableHost, requireSafeUrl } from './safe-url.ts'

/**
 * OAuth 2.0 Form Post Response Mode §2: hidden fields that form-post.js submits, or the button does.
 * Throws a TypeError when the action is not an absolute http or https URL.
 */
export function formPostPage(model: FormPostPage, { messages, assets }: PageTools): Page {
  const action = requireSafeUrl(model.action, 'form')
  const content = html`<h1>${messages.formPostTitle}</h1>
<p class="lead">${messages.formPostText(readableHost(action))}</p>
<form method="post" action="${action}" id="form-post" autocomplete="off">
${model.fields.map(([name, value]) => hidden(name, value))}
<p class="actions"><button class="button primary" type="submit">${messages.formPostSubmit}</button></p>
</form>`
  return {
    title: messages.formPostTitle,
    content,
    formAction: [formActionSource(action)],
    scripts: [assets.formPostScript],
  }
}
