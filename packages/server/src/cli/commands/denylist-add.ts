import { after, type DenialKind, nowSeconds, systemClock } from '@grantd/domain'
import { addDenial } from '@grantd/oauth'
import { confirm } from '../ask.ts'
import { command } from '../command.ts'
import { DENIAL_ARGUMENTS, denialJson, readDenial, requireDenial } from '../denial-view.ts'
import { EXIT, usageError } from '../exit.ts'
import { DATABASE_OPTIONS, TABLE_OR_JSON, YES_OPTION } from '../options.ts'
import { show } from '../output.ts'
import { durationSeconds } from '../parse.ts'
import { ACTOR, withTools } from '../tools.ts'

const TEN_YEARS = 3_650 * 86_400
const MAX_REASON = 256

export const denylistAdd = command({
  details:
    'It works within half a second, in every process. What is denied already is changed. Nothing is ' +
    'revoked: when the entry goes, sessions and tokens that still live work again.',
  args: DENIAL_ARGUMENTS,
  options: {
    reason: {
      type: 'text',
      value: 'TEXT',
      help: 'for whoever reads the list; nobody else sees it',
    },
    for: { type: 'text', value: 'TIME', help: 'ends by itself after "30m", "12h" or "7d"' },
    ...YES_OPTION,
    ...TABLE_OR_JSON,
    ...DATABASE_OPTIONS,
  },
  examples: [
    'grantd denylist add ip 203.0.113.7 --reason "guesses passwords" --for 24h',
    'grantd denylist add ip 2001:db8:5::/48 --yes',
    'grantd denylist add client_id leaked-app --reason "its secret is public"',
    'grantd denylist add email ada@example.com',
  ],
  run: async (input) => {
    const { options, terminal, args } = input
    const wish = readDenial(args)
    const { reason } = options
    if (reason !== undefined && reason.length > MAX_REASON)
      throw usageError(`a reason has at most ${MAX_REASON} characters`)
    const expiresAt =
      options.for === undefined
        ? undefined
        : after(nowSeconds(systemClock), durationSeconds(options.for, 'for', TEN_YEARS))
    return withTools(input, { writes: true }, async (tools) => {
      const { services } = tools
      await confirm(terminal, `${whatHappens(wish)} Go on?`, options.yes)
      const changes = addDenial({ ...wish, reason, expiresAt, actor: ACTOR }, services)
      await services.storage.commit(changes)
      const denial = await requireDenial(wish, tools)
      const undo = `grantd denylist remove ${wish.kind} ${wish.value}`
      show(terminal, options.output, {
        table: () => `${wish.kind} ${wish.value} is denied; undo: ${undo}`,
        json: () => denialJson(denial),
      })
      return EXIT.ok
    })
  },
})

function whatHappens({ kind, value }: { kind: DenialKind; value: string }): string {
  switch (kind) {
    case 'ip':
      return `Every request from ${value} is refused with 403${isWide(value) ? ', which is a large network' : ''}.`
    case 'client_id':
      return `The client ${value} can no longer authenticate, and its tokens stop.`
    default:
      return `Whoever has the ${kind.replace('_', ' ')} ${value} can no longer sign in, and sessions and tokens stop.`
  }
}

/** A provider or a country rather than a house. */
function isWide(value: string): boolean {
  const [address = '', bits] = value.split('/')
  return bits !== undefined && Number(bits) < (address.includes(':') ? 32 : 16)
}
