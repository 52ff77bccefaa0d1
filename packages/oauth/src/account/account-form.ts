import type { AccountDonePage, AccountForm, AccountFormPage } from '../account-pages.ts'
import type { Reply } from '../reply.ts'

/** A page with one form; the words and fields belong to the page. */
export function formPage(
  form: AccountForm,
  view: {
    readonly csrf: string
    readonly status?: number
    readonly notice?: AccountFormPage['notice']
    readonly values?: AccountFormPage['values']
    readonly minimumPasswordLength?: number
    readonly providers?: AccountFormPage['providers']
    /** Where it is not that of the request. */
    readonly language?: string
  },
): Reply {
  return {
    kind: 'page',
    status: view.status ?? 200,
    ...(view.language !== undefined && { language: view.language }),
    page: {
      page: 'account_form',
      form,
      csrf: view.csrf,
      notice: view.notice,
      values: view.values ?? {},
      minimumPasswordLength: view.minimumPasswordLength ?? 0,
      providers: view.providers ?? [],
    },
  }
}

/** A page that says that it is done, with a way on. */
export function donePage(notice: AccountDonePage['notice']): Extract<Reply, { kind: 'page' }> {
  return { kind: 'page', status: 200, page: { page: 'account_done', notice } }
}
