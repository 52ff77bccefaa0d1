import { type EventSeverity, type FeedFilter, invalidRequest } from '@grantd/domain'
import type { Params } from '../params.ts'
import { Type } from '../schema.ts'

const TYPE = /^[a-z][a-z0-9_.]{0,63}$/
const SEVERITIES: readonly string[] = ['info', 'warning', 'error'] satisfies EventSeverity[]
const LONGEST_ID = 256

/** What narrows a list or a stream of events. */
export const EVENT_FILTER = {
  type: Type.Optional(
    Type.String({ description: 'Event types, separated by commas.', examples: ['token_created'] }),
  ),
  severity: Type.Optional(
    Type.String({ description: 'info, warning, error, or several with commas.' }),
  ),
  client: Type.Optional(Type.String({ maxLength: LONGEST_ID, description: 'A client id.' })),
  user: Type.Optional(Type.String({ maxLength: LONGEST_ID, description: 'The id of a person.' })),
}

/** Throws `invalid_request` for what no event could be. */
export function eventFilterOf(params: Params): FeedFilter {
  const types = listOf(params, 'type')
  if (types?.some((type) => !TYPE.test(type))) throw invalidRequest('type must be event types')
  const severities = listOf(params, 'severity')
  if (severities?.some((severity) => !SEVERITIES.includes(severity))) {
    throw invalidRequest('severity must be info, warning or error, or several of them')
  }
  return {
    types: types && new Set(types),
    severities: severities && new Set(severities as EventSeverity[]), // looked at above
    clientId: idOf(params, 'client'),
    userId: idOf(params, 'user'),
  }
}

function listOf(params: Params, name: string): readonly string[] | undefined {
  return params
    .get(name)
    ?.split(',')
    .map((part) => part.trim())
}

function idOf(params: Params, name: string): string | undefined {
  const id = params.get(name)
  if (id !== undefined && id.length > LONGEST_ID) throw invalidRequest(`${name} is too long`)
  return id
}
