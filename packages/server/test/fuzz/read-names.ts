// Owns: which parameters each endpoint really reads, watched while it answers.
import { AsyncLocalStorage } from 'node:async_hooks'
import { ENDPOINTS, type Endpoint, Params } from '@grantd/oauth'

/** Of a page: what says in which language it has to be (language/asked-languages.ts). */
const OF_LANGUAGE: ReadonlySet<string> = new Set(['ui_locales', 'return_to', 'request'])
/** What we put into addresses ourselves. */
const OURS = 'grantd_'
/** Asked of the confirmation alone; the code that signs out is shared with it. */
const SHARED = 'logout.rp decision'

/** From now on, in this process: `id name` of each read. */
export function watchReads(): ReadonlySet<string> {
  const reads = new Set<string>()
  const endpoint = new AsyncLocalStorage<{ readonly id: string; readonly params: Params }>()
  const note = (params: Params, name: string): void => {
    const { id, params: own } = endpoint.getStore() ?? {}
    // Others are what a form holds as one field: a request that is decided about.
    if (params !== own || OF_LANGUAGE.has(name)) return
    const read = `${id} ${name}`
    if (!name.startsWith(OURS) && read !== SHARED) reads.add(read)
  }
  const { get, all } = Params.prototype
  Params.prototype.get = function (name) {
    note(this, name)
    return get.call(this, name)
  }
  Params.prototype.all = function (name) {
    note(this, name)
    return all.call(this, name)
  }
  for (const one of ENDPOINTS) {
    const { id, handle } = one
    const watched: { handle: Endpoint['handle'] } = one
    watched.handle = (input, services) =>
      endpoint.run({ id, params: input.params }, () => handle(input, services))
  }
  return reads
}
