import type { Endpoint } from '../endpoint.ts'
import { formFields } from '../form-fields.ts'
import { rememberChoice } from './page-language.ts'

// Any page of ours, as a path: one slash, then nothing that a browser could read as a host.
const OWN_PAGE = /^\/(?![/\\])[\x21\x23-\x5B\x5D-\x7E]*$/
const MAX_LENGTH = 20_000

export const languageEndpoint: Endpoint = {
  id: 'language',
  method: 'POST',
  path: '/language',
  spec: 'language chooser of every page',
  summary: 'Remembers the language that a person chose, and leads back to the page.',
  parameters: formFields('language', 'page?'),
  caller: 'session',
  body: 'form',
  handle({ params }, services) {
    const page = params.get('page') ?? ''
    const isOwn = page.length <= MAX_LENGTH && OWN_PAGE.test(page)
    const tag = services.settings.uiLocales.find((known) => known === params.get('language'))
    return {
      kind: 'redirect',
      location: isOwn ? page : '/profile',
      ...(tag !== undefined && { cookies: [rememberChoice(tag, services)] }),
    }
  },
}
