import type { Mailer } from '@grantd/domain'
import { isLoopbackHost } from '../config/address.ts'

const CONNECT_MS = 10_000
const SILENCE_MS = 30_000

export interface SmtpSettings {
  /** `smtp://user:password@host:587` (STARTTLS) or `smtps://…` (TLS from the start). */
  readonly url: string
  readonly from: string
}

/** Mail through an SMTP server. Beyond this machine it never goes, and never logs in, without TLS. */
export function createSmtpMailer({ url, from }: SmtpSettings): Mailer {
  const transport = lazily(() => openTransport(url))
  return {
    async send({ to, subject, text, html }) {
      // The address as an object: no part of it can be read as a second recipient.
      await (await transport()).sendMail({
        from,
        to: { name: '', address: to },
        subject,
        text,
        html,
        disableFileAccess: true,
        disableUrlAccess: true,
      })
    },
  }
}

/** Why mail could not be sent just now, in the server's words; `undefined` when it could. */
export async function smtpProblem(url: string): Promise<string | undefined> {
  const transport = await openTransport(url)
  try {
    await transport.verify()
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    transport.close()
  }
}

async function openTransport(url: string) {
  const { createTransport } = await import('nodemailer')
  const { protocol, hostname, port, username, password } = new URL(url)
  const secure = protocol === 'smtps:'
  return createTransport({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    requireTLS: !secure && !isLoopbackHost(hostname),
    ...(username !== '' && {
      auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) },
    }),
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
  })
}

function lazily<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
