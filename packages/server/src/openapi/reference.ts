import { loadSettings } from '../config/load.ts'
import { documentOf } from './document-of-settings.ts'

/** One configuration with every endpoint on, so that a review of the file sees each change of one. */
const REFERENCE_ENV = {
  OAUTH2_PUBLIC_URL: 'https://id.example.com',
  OAUTH2_DYNAMIC_REGISTRATION_ENABLED: 'true',
  OAUTH2_SMTP_URL: 'smtp://127.0.0.1',
  OAUTH2_SIGNUP_ENABLED: 'true',
  OAUTH2_SESSION_MANAGEMENT_ENABLED: 'true',
  OAUTH2_METRICS_PUBLIC: 'true',
  OAUTH2_SWAGGER_UI: 'true',
}

/** The text of docs/reference/openapi.json. */
export function openApiReference(): string {
  const { settings } = loadSettings({ mode: 'tool', env: REFERENCE_ENV, cwd: import.meta.dirname })
  return `${JSON.stringify(documentOf(settings, 'serve'), null, 2)}\n`
}
