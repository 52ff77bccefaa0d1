import { SIGNING_ALGORITHMS, type SigningAlgorithm } from '@grantd/domain'
import type { Rotation } from '@grantd/oauth'
import { confirm } from '../ask.ts'
import { command } from '../command.ts'
import { EXIT, usageError } from '../exit.ts'
import { DATABASE_OPTIONS, TABLE_OR_JSON, YES_OPTION } from '../options.ts'
import { iso, moment, show } from '../output.ts'
import { ACTOR, withTools } from '../tools.ts'

const QUESTIONS = {
  immediately: 'Verifiers that cached the JWKS must read it again to accept new tokens.',
  retire: 'Tokens signed with any former key are refused from now on; people sign in again.',
}

export const keysRotate = command({
  details: `Run it once to publish the next key, and again an hour or more later to let it sign; in between it changes
nothing, so a timer may call it. --immediately does both at once. When a key has leaked:
grantd keys rotate --immediately --retire`,
  options: {
    algorithm: {
      type: 'text',
      value: 'ALG',
      words: SIGNING_ALGORITHMS.filter((name) => name !== 'HS256'),
      help: 'only this one (default: all that sign here)',
    },
    immediately: { type: 'flag', help: 'a new key signs at once' },
    retire: { type: 'flag', help: 'end former keys and the tokens they signed, now' },
    ...YES_OPTION,
    ...TABLE_OR_JSON,
    ...DATABASE_OPTIONS,
  },
  examples: ['grantd keys rotate', 'grantd keys rotate --algorithm ES256 --immediately --yes'],
  run: (input) => {
    const { options, terminal } = input
    const { immediately, retire } = options
    return withTools(input, { writes: true }, async ({ settings, openKeys }) => {
      const { jwt } = settings
      const algorithms =
        options.algorithm === undefined
          ? [...new Set([jwt.algorithm, jwt.id_token_algorithm])].filter((name) => name !== 'HS256')
          : [options.algorithm as SigningAlgorithm] // one of the declared words
      if (algorithms.length === 0) {
        throw usageError('HS256 signs with jwt.secret', 'rotate it by setting another secret')
      }
      if (immediately || retire) {
        const question = [immediately && QUESTIONS.immediately, retire && QUESTIONS.retire]
        await confirm(terminal, `${question.filter(Boolean).join(' ')} Go on?`, options.yes)
      }
      const { keys } = await openKeys()
      const rotations: { algorithm: SigningAlgorithm; rotation: Rotation }[] = []
      for (const algorithm of algorithms) {
        const rotation = await keys.rotate({ algorithm, immediately, actor: ACTOR })
        rotations.push({ algorithm, rotation })
      }
      const retired = retire ? await keys.retireOld({ immediately: true, actor: ACTOR }) : []
      show(terminal, options.output, {
        table: () =>
          [
            ...rotations.map(({ algorithm, rotation }) => `${algorithm}  ${sentence(rotation)}`),
            ...retired.map((kid) => `retired  ${kid}`),
          ].join('\n'),
        json: () => ({
          rotations: rotations.map(({ algorithm, rotation }) => ({
            algorithm,
            ...rotationJson(rotation),
          })),
          retired,
        }),
      })
      return EXIT.ok
    })
  },
})

function sentence(rotation: Rotation): string {
  switch (rotation.outcome) {
    case 'published':
      return `published ${rotation.kid}; run this again after ${moment(rotation.promotableAt)}`
    case 'waiting':
      return `nothing to do yet: ${rotation.kid} may sign after ${moment(rotation.promotableAt)}`
    case 'promoted':
      return `${rotation.kid} signs now${rotation.replaced === undefined ? '' : `; ${rotation.replaced} is retiring`}`
    case 'outrun':
      return 'another process rotated at this moment; nothing was changed here'
  }
}

function rotationJson(rotation: Rotation): object {
  const { outcome } = rotation
  if (outcome === 'outrun') return { outcome }
  if (outcome === 'promoted') {
    return { outcome, kid: rotation.kid, replaced: rotation.replaced ?? null }
  }
  return { outcome, kid: rotation.kid, promotable_at: iso(rotation.promotableAt) }
}
