import { createHash } from 'node:crypto'
import type { Client } from '@grantd/domain'
import { Params } from '../params.ts'

/** Marks a request whose sign-in was demanded: proves on return that a new session began since. */
export const REAUTHENTICATION_MARK = 'grantd_reauth'

/** The request as one canonical query, without our own mark. */
export function toQuery(params: Params): string {
  const query = new URLSearchParams()
  for (const [name, value] of params) if (name !== REAUTHENTICATION_MARK) query.append(name, value)
  return query.toString()
}

export function fromQuery(query: string): Params {
  const values = new Map<string, string[]>()
  for (const [name, value] of new URLSearchParams(query)) {
    const present = values.get(name)
    if (present === undefined) values.set(name, [value])
    else present.push(value)
  }
  return new Params(values)
}

export function digest(query: string): string {
  return createHash('sha256').update(query).digest('base64url')
}

/** What of a client a remembered consent was given for; a change asks again (ASVS 10.7.1). */
export function clientDigest(client: Client): string {
  const { localized } = client.metadata
  const shown = localized === undefined ? [] : [localized]
  return digest(
    JSON.stringify([client.name, client.redirectUris, client.clientUri ?? '', ...shown]),
  )
}
