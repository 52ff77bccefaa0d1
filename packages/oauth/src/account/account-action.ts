// Owns: what every page and form of the account console has in common: somebody is signed in, the form
// is ours, and sensitive things ask for a recent sign-in. No action can forget one of them.
import type { TObject } from 'typebox'
import type { Answer, Endpoint, Input, RateClass, SignedIn } from '../endpoint.ts'
import { RecentAuthentication } from '../evidence/evidence.ts'
import { loginPath } from '../login/return-to.ts'
import type { Reply } from '../reply.ts'
import type { Services } from '../services.ts'

/** The form token of the console's forms: bound to the session and to the path that it is posted to. */
export function accountCsrf(path: string, signedIn: SignedIn, services: Services): string {
  return services.forms.issue('account', signedIn.session.id, path)
}

/** Where to prove again who one is, and then go on at `path`. */
function confirmFirst(path: string, signedIn: SignedIn): Reply {
  return {
    kind: 'redirect',
    location: loginPath(path, { error: 'reauthenticate', login_hint: signedIn.user.username }),
  }
}

interface Described {
  readonly id: string
  readonly path: string
  readonly summary: string
  readonly parameters?: TObject
  readonly response?: TObject
  readonly answers?: readonly Answer[]
}

/** What is said of it for documentation alone. */
const described = ({ parameters, response, answers }: Described) => ({
  ...(parameters !== undefined && { parameters }),
  ...(response !== undefined && { response }),
  ...(answers !== undefined && { answers }),
})

/** A page of the console. */
export function accountPage(
  page: Described & {
    readonly show: (input: Input, signedIn: SignedIn, services: Services) => Promise<Reply> | Reply
  },
): Endpoint {
  return {
    id: page.id,
    method: 'GET',
    path: page.path,
    spec: 'account console',
    summary: page.summary,
    ...described(page),
    caller: 'session',
    body: 'none',
    handle(input, services) {
      if (input.signedIn === undefined) return { kind: 'redirect', location: loginPath(page.path) }
      return page.show(input, input.signedIn, services)
    },
  }
}

/** A page that is shown to whoever signed in within the last minutes. */
export function sensitivePage(
  page: Described & {
    readonly show: (
      input: Input,
      proof: RecentAuthentication,
      services: Services,
    ) => Promise<Reply> | Reply
  },
): Endpoint {
  return accountPage({
    ...page,
    async show(input, signedIn, services) {
      const proof = await RecentAuthentication.check(signedIn, services)
      return proof === undefined
        ? confirmFirst(page.path, signedIn)
        : page.show(input, proof, services)
    },
  })
}

/** A form of the console that changes nothing a thief could use. */
export function accountForm(
  form: Described & {
    /** The page to go back to when the form had expired. */
    readonly page: string
    readonly rateClass?: RateClass
    readonly act: (input: Input, signedIn: SignedIn, services: Services) => Promise<Reply>
  },
): Endpoint {
  return {
    id: form.id,
    method: 'POST',
    path: form.path,
    spec: 'account console',
    summary: form.summary,
    ...described(form),
    caller: 'session',
    body: 'form',
    ...(form.rateClass && { rateClass: form.rateClass }),
    async handle(input, services) {
      const { signedIn, params } = input
      if (signedIn === undefined) return { kind: 'redirect', location: loginPath(form.page) }
      const guard = services.forms.check(
        params.get('csrf'),
        'account',
        signedIn.session.id,
        form.path,
      )
      if (guard.verdict !== 'valid')
        return { kind: 'page', status: 403, page: formExpired(form.page) }
      const reply = await form.act(input, signedIn, services)
      services.mails.tell.deliver({})
      return reply
    },
  }
}

/** A form that needs a recent sign-in; its action is handed the proof. Counted like tries at passwords. */
export function sensitiveForm(
  form: Described & {
    readonly page: string
    readonly act: (input: Input, proof: RecentAuthentication, services: Services) => Promise<Reply>
  },
): Endpoint {
  return accountForm({
    ...form,
    rateClass: 'credentials',
    async act(input, signedIn, services) {
      const proof = await RecentAuthentication.check(signedIn, services)
      return proof === undefined
        ? confirmFirst(form.page, signedIn)
        : form.act(input, proof, services)
    },
  })
}

const formExpired = (page: string) =>
  ({ page: 'account_done', notice: 'form_expired', wayOn: page }) as const

/** Back to the console after something was done; the page says what. */
export function backToConsole(done: string): Reply {
  return { kind: 'redirect', location: `/profile?done=${done}` }
}
