// Owns: which language a person is spoken to in. Does not own: the words (server/pages/languages).
import { nowSeconds, type User } from '@grantd/domain'
import type { Input, RequestInfo } from '../endpoint.ts'
import type { Params } from '../params.ts'
import type { CookieChange } from '../reply.ts'
import type { Services } from '../services.ts'
import { askedLanguages } from './asked-languages.ts'
import { acceptedLanguages, lookupLanguage, wishesOf } from './lookup.ts'

/** What of a request says which language its sender reads. */
export interface LanguageClues extends Pick<Input, 'signedIn'> {
  readonly params: Params
  readonly request: Pick<RequestInfo, 'language'> & {
    readonly headers: Pick<RequestInfo['headers'], 'acceptLanguage'>
  }
}

type Ports = Pick<Services, 'settings' | 'clock'>

/** How long a choice on the page counts more than what an app asks for: one journey. */
const JOURNEY = 3_600
const REMEMBERED = 365 * 24 * 3_600

/**
 * The language of a page: what the person chose just now, else what the app asks for, else what the
 * account says, else what was chosen in this browser before, else what the browser says, else the
 * server's own. `query`: the request under way where the parameters do not carry it by value; `user`:
 * whose page it is while nobody is signed in.
 */
export function languageOf(
  clues: LanguageClues,
  { settings, clock }: Ports,
  more: { readonly query?: Params; readonly user?: User } = {},
): string {
  const { request, signedIn } = clues
  const choice = readChoice(request.language)
  const isRecent = choice !== undefined && nowSeconds(clock) - choice.at < JOURNEY
  const chosen = choice === undefined ? [] : [choice.tag]
  const account = (more.user ?? signedIn?.user)?.claims.locale
  const wishes = [
    ...(isRecent ? chosen : []),
    ...wishesOf(askedLanguages(more.query ?? clues.params)),
    ...wishesOf(account),
    ...chosen,
    ...acceptedLanguages(request.headers.acceptLanguage),
  ]
  return lookupLanguage(wishes, settings.uiLocales) ?? settings.uiDefaultLocale
}

/** The language of letters to an account; nothing a stranger's browser says has a part in it. */
export function languageOfUser(user: User, { settings }: Pick<Services, 'settings'>): string {
  const own = lookupLanguage(wishesOf(user.claims.locale), settings.uiLocales)
  return own ?? settings.uiDefaultLocale
}

const CHOICE = /^([A-Za-z0-9-]{2,35})~(\d{1,12})$/

function readChoice(
  cookie: string | undefined,
): { readonly tag: string; readonly at: number } | undefined {
  const [, tag, at] = CHOICE.exec(cookie ?? '') ?? []
  return tag === undefined ? undefined : { tag, at: Number(at) }
}

/** Remembers what was chosen on a page, and when. */
export function rememberChoice(tag: string, { clock }: Pick<Services, 'clock'>): CookieChange {
  return { name: 'language', value: `${tag}~${nowSeconds(clock)}`, maxAge: REMEMBERED }
}
