// Owns: registration metadata from a file (`--metadata`) and single members (`--set name=value`), by the
// names of RFC 7591 and OpenID Connect Registration. Does not own: what is acceptable (readClientMetadata).
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { type ClientMetadata, describeClient, readJsonText } from '@grantd/oauth'
import { usageError } from './exit.ts'
import type { Terminal } from './terminal.ts'

const MAX_DEPTH = 6

export const SET_OPTIONS = {
  metadata: { type: 'text', value: 'FILE', help: 'more members of its registration, as JSON' },
  set: {
    type: 'text',
    value: 'NAME=VALUE',
    many: true,
    help: 'one member of its registration; the value may be JSON',
  },
} as const

type Members = Record<string, unknown>

/** What the server gives a client, and what has an option of its own. */
const NOT_SET: Readonly<Record<string, string>> = {
  client_id: 'use --id when the client is made',
  client_secret: 'it is generated; for a new one: grantd client rotate-secret',
  client_secret_expires_at: 'the server sets it',
  client_id_issued_at: 'the server sets it',
}

/** The members of the file, then those of `--set`, which win. `undefined` removes a member. */
export function membersOf(
  options: { readonly metadata: string | undefined; readonly set: readonly string[] },
  { cwd }: Pick<Terminal, 'cwd'>,
): Members {
  const members =
    options.metadata === undefined ? {} : fromFile(path.resolve(cwd, options.metadata))
  for (const text of options.set) {
    const at = text.indexOf('=')
    if (at < 1)
      throw usageError(`--set ${text} has no "="`, 'for example --set subject_type=pairwise')
    members[text.slice(0, at)] = readValue(text.slice(at + 1))
  }
  const ours = Object.keys(members).find((name) => name in NOT_SET)
  if (ours !== undefined) throw usageError(`${ours} cannot be set`, NOT_SET[ours])
  return members
}

function fromFile(file: string): Members {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw usageError(`--metadata: ${(error as Error).message}`)
  }
  const read = readJsonText(text, MAX_DEPTH)
  const value = 'value' in read ? read.value : undefined
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw usageError(`--metadata: ${file} is not a JSON object`)
  return { ...value }
}

/** JSON where it is any; `true`, `600` and `["code"]` are what they look like, all else is text. */
function readValue(text: string): unknown {
  if (text === '') return undefined
  const read = readJsonText(text, MAX_DEPTH)
  return 'value' in read ? read.value : text
}

/** Registration ignores what it does not know; a person who mistypes a name should hear of it. */
export function requireKept(members: Members, made: Parameters<typeof describeClient>[0]): void {
  const kept = describeClient(made, undefined)
  const lost = Object.keys(members).find(
    (name) => members[name] !== undefined && members[name] !== false && !(name in kept),
  )
  if (lost !== undefined)
    throw usageError(`${lost} is no member that is kept`, 'see: docs/guide/openid.md, Clients')
}

/** A secret is made with the client, and how it is stored depends on the method. */
export function requireSameSecret(
  before: Pick<ClientMetadata, 'authMethod'>,
  after: Pick<ClientMetadata, 'authMethod'>,
): void {
  const plain = ['client_secret_basic', 'client_secret_post']
  const isSame = before.authMethod === after.authMethod
  if (isSame || (plain.includes(before.authMethod) && plain.includes(after.authMethod))) return
  throw usageError(
    `token_endpoint_auth_method cannot change from ${before.authMethod} to ${after.authMethod}`,
    'register another client',
  )
}
