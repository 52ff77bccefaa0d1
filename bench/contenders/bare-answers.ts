// What the yardsticks answer: as many bytes as the path says.
import type { ParsedUrlQuery } from 'node:querystring'

const HELLO = JSON.stringify({ hello: 'world' })
const documents = new Map<string, string>()
const paddings = new Map<string, string>()

const kept = (texts: Map<string, string>, target: string, make: (bytes: number) => string) => {
  const known = texts.get(target)
  if (known !== undefined) return known
  const made = make(Number(target.slice(1)))
  texts.set(target, made)
  return made
}

/** JSON of `/<bytes>`; of `/` a greeting. */
export const paddedTo = (target: string): string =>
  kept(documents, target, (bytes) =>
    bytes === 0 ? HELLO : JSON.stringify({ hello: 'x'.repeat(Math.max(0, bytes - 12)) }),
  )

/** About as much as `/<bytes>` says, with something of the form in it. */
export function echoOf(target: string, form: ParsedUrlQuery): string {
  const padding = kept(paddings, target, (bytes) => 'x'.repeat(Math.max(0, bytes - 60)))
  return JSON.stringify({ access_token: padding, client_id: form.client_id, expires_in: 3_600 })
}
