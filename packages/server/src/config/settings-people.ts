import { Type } from '@grantd/oauth/schema'
import { flag, optionalText } from './setting.ts'

/** What people may do by themselves. */
export const accounts = Type.Object({
  sign_up: flag({
    env: ['OAUTH2_SIGNUP_ENABLED'],
    default: false,
    description: 'People may make accounts for themselves, by a link that is mailed to them.',
  }),
})

/** Where mail goes through. */
export const mail = Type.Object({
  smtp_url: optionalText({
    env: ['OAUTH2_SMTP_URL'],
    secret: true,
    shape: 'smtp_url',
    description:
      'Mail server: `smtp://user:password@host:587` (STARTTLS) or `smtps://…` (TLS); unset = no mail.',
  }),
  from: optionalText({
    env: ['OAUTH2_MAIL_FROM'],
    shape: 'email',
    description: 'Sender of mail; unset = `no-reply@` and the host of the public URL.',
  }),
})
