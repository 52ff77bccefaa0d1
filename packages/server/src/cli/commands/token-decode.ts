import { idTimeMs, PREFIX, parseId, type TokenId } from '@grantd/domain'
import { command } from '../command.ts'
import { EXIT, failed } from '../exit.ts'
import { TABLE_OR_JSON } from '../options.ts'
import { fields, iso, moment, show } from '../output.ts'
import { readToken, TOKEN_ARGUMENT } from '../read-token.ts'

const TIMES = ['iat', 'nbf', 'exp', 'auth_time', 'updated_at']

export const tokenDecode = command({
  args: [TOKEN_ARGUMENT],
  options: TABLE_OR_JSON,
  examples: [
    'echo "$TOKEN" | grantd token decode',
    'echo "$TOKEN" | grantd token decode --output json',
  ],
  run: async ({ options, terminal, args }) => {
    const text = await readToken(args[0], terminal)
    const opaque = opaqueParts(text)
    if (opaque !== undefined) {
      show(terminal, options.output, {
        table: () =>
          fields([
            ['kind', `opaque ${opaque.kind}`],
            ['id', opaque.id],
            ['made', moment(opaque.madeAt)],
          ]),
        json: () => ({ kind: opaque.kind, id: opaque.id, made_at: iso(opaque.madeAt) }),
      })
      terminal.say('An opaque token says no more; ask the server: grantd token introspect')
      return EXIT.ok
    }
    const { header, payload } = jwtParts(text)
    show(terminal, options.output, {
      table: () =>
        [
          'HEADER',
          fields(Object.entries(header).map(([name, value]) => [name, plain(value)])),
          '',
          'CLAIMS',
          fields(Object.entries(payload).map(([name, value]) => [name, claim(name, value)])),
        ].join('\n'),
      json: () => ({ header, payload }),
    })
    terminal.say('The signature was not checked. Is it live? grantd token introspect')
    return EXIT.ok
  },
})

function opaqueParts(text: string): { kind: string; id: string; madeAt: number } | undefined {
  const [kind, prefix] = Object.entries(PREFIX).find(([, start]) => text.startsWith(start)) ?? []
  if (kind === undefined || prefix === undefined) return undefined
  const id = parseId<TokenId>(text.slice(prefix.length).split('.', 1)[0] ?? '')
  if (id === undefined) return undefined
  const words = kind.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
  return { kind: words, id, madeAt: Math.floor(idTimeMs(id) / 1_000) }
}

type Json = Readonly<Record<string, unknown>>

function jwtParts(text: string): { header: Json; payload: Json } {
  const parts = text.split('.')
  if (parts.length === 5) throw failed('this JWT is encrypted; only its reader can decode it')
  const [header, payload] = parts.map(objectOf)
  if (parts.length === 3 && header !== undefined && payload !== undefined)
    return { header, payload }
  throw failed(
    'this is neither a JWT nor a token of grantd',
    'a JWT has three parts with dots between; was it cut off?',
  )
}

function objectOf(part: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    // Narrowed by the test in front of it.
    return typeof value === 'object' && value !== null ? (value as Json) : undefined
  } catch {
    return undefined
  }
}

function claim(name: string, value: unknown): string {
  const isTime = TIMES.includes(name) && typeof value === 'number'
  return isTime ? `${value}  ${moment(value)}` : plain(value)
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
