import { messagesFor } from '../pages/messages.ts'
import { createLetterWriter } from './letters.ts'

/** The text of every letter, for the words that are on no page. */
export function lettersIn(language: string): readonly string[] {
  const writer = createLetterWriter(messagesFor)
  const link = 'https://id.example/'
  const topics = ['sign_up', 'sign_up_known', 'verify_email', 'reset_password'] as const
  const changes = [
    'password',
    'email_requested',
    'email',
    'totp_added',
    'totp_removed',
    'passkey_added',
    'passkey_removed',
    'identity_linked',
    'identity_unlinked',
    'recovery_codes',
    'recovery_code_used',
    'disabled',
    'deleted',
  ] as const
  const all = [
    ...topics.map((topic) => writer.write({ topic, username: 'ada', link }, language)),
    ...changes.map((change) =>
      writer.write(
        { topic: 'account_changed', username: 'ada', change, at: 1_790_000_000, link },
        language,
      ),
    ),
  ]
  return all.flatMap(({ subject, text }) => [subject, text])
}
