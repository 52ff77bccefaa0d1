// The sections `events.outbox` and `audit`.
import { Type } from '@grantd/oauth/schema'
import { choice, integer } from './setting.ts'

export const outbox = Type.Object({
  max_waiting: integer({
    env: ['OAUTH2_EVENTS_OUTBOX_MAX_WAITING'],
    default: 1_000_000,
    minimum: 100,
    maximum: 1_000_000_000,
    description: 'Stored events that may wait for the slowest backend before the outbox is full.',
  }),
  when_full: choice(['refuse', 'continue'], {
    env: ['OAUTH2_EVENTS_OUTBOX_WHEN_FULL'],
    default: 'refuse',
    description:
      'When the outbox is full: grant nothing until there is room (503), or go on and lose events.',
  }),
  history_days: integer({
    env: ['OAUTH2_EVENTS_HISTORY_DAYS'],
    default: 0,
    minimum: 0,
    maximum: 36_500,
    unit: 'days',
    description:
      'How long delivered audit and security events stay in the database for a replay; 0 = not at all.',
  }),
})

export const audit = Type.Object({
  retention_days: integer({
    env: ['OAUTH2_AUDIT_RETENTION_DAYS'],
    default: 0,
    minimum: 0,
    maximum: 36_500,
    unit: 'days',
    description: 'How long audit records are kept; 0 = for ever.',
  }),
})
