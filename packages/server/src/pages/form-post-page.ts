import { hidden, type Page, type PageTools } from './layout.ts'
import { html } from './markup.ts'
import type { FormPostPage } from './model.ts'
import { readableHost, requireSafeUrl } from './safe-url.ts'

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
    formAction: wayOnSources(action),
    scripts: [assets.formPostScript],
  }
}

/**
 * An app may answer this form by sending the browser on, and Chromium holds every hop against this page's
 * form-action (ADR 6). Where to is the app's business; that it stays on the web is ours, and an app on
 * https does not lead to http.
 */
function wayOnSources(action: string): readonly string[] {
  return new URL(action).protocol === 'http:' ? ['http:', 'https:'] : ['https:']
}
