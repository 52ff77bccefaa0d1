// Owns: how entries of the denylist look in the output of commands, and finding one.
import { DENIAL_KINDS, type Denial, type DenialKind, nowSeconds, systemClock } from '@grantd/domain'
import { denialValue } from '@grantd/oauth'
import { notFound, usageError } from './exit.ts'
import { iso, table } from './output.ts'
import type { Tools } from './tools.ts'

export const DENIAL_ARGUMENTS = [
  { name: 'kind', help: DENIAL_KINDS.join(', ') },
  { name: 'value', help: 'an address or network, a name, an e-mail address, or an id' },
] as const

/** What the two arguments name. Throws a usage error. */
export function readDenial(args: readonly string[]): { kind: DenialKind; value: string } {
  const [word = '', typed = ''] = args
  const kind = DENIAL_KINDS.find((known) => known === word)
  if (kind === undefined)
    throw usageError(
      `${JSON.stringify(word)} cannot be denied`,
      `name one of: ${DENIAL_KINDS.join(', ')}`,
    )
  const read = denialValue(kind, typed)
  if ('problem' in read) throw usageError(`${kind} ${JSON.stringify(typed)}: ${read.problem}`)
  return { kind, value: read.value }
}

export async function requireDenial(
  { kind, value }: { kind: DenialKind; value: string },
  { services }: Tools,
): Promise<Denial> {
  const denial = await services.storage.denylist.find(kind, value)
  if (denial !== undefined) return denial
  throw notFound(`${kind} ${value} is not on the denylist`, 'see it all: grantd denylist list')
}

export function denialTable(denials: readonly Denial[]): string {
  return table(
    ['KIND', 'VALUE', 'STATE', 'UNTIL', 'BY', 'CREATED', 'REASON'],
    denials.map((denial) => [
      denial.kind,
      denial.value,
      isActive(denial) ? 'active' : 'expired',
      denial.expiresAt === undefined ? '-' : iso(denial.expiresAt),
      denial.createdBy,
      iso(denial.createdAt),
      denial.reason ?? '-',
    ]),
  )
}

/** With the names of the admin API. */
export function denialJson(denial: Denial): object {
  return {
    id: denial.id,
    kind: denial.kind,
    value: denial.value,
    reason: denial.reason ?? null,
    created_by: denial.createdBy,
    created_at: iso(denial.createdAt),
    expires_at: denial.expiresAt === undefined ? null : iso(denial.expiresAt),
    active: isActive(denial),
  }
}

const isActive = ({ expiresAt }: Denial): boolean =>
  expiresAt === undefined || expiresAt > nowSeconds(systemClock)
