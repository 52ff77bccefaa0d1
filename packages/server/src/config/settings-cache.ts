// The section `cache`.
import Type from 'typebox'
import { integer } from './setting.ts'

export const cache = Type.Object({
  token_actor_shards: integer({
    env: ['OAUTH2_TOKEN_ACTOR_SHARDS'],
    default: 4,
    minimum: 1,
    maximum: 64,
    description:
      'Mailboxes of a process over which families of tokens are spread; each holds up to 10,000 waiting decisions.',
  }),
})
