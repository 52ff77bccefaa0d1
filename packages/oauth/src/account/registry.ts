import type { Endpoint } from '../endpoint.ts'
import { profileEndpoint } from './console-endpoint.ts'
import { detailsPage, detailsSubmit } from './details-endpoints.ts'
import {
  emailPage,
  emailProofForm,
  emailProofSubmit,
  emailSubmit,
  verifySubmit,
} from './email-endpoints.ts'
import {
  deletePage,
  deleteSubmit,
  disablePage,
  disableSubmit,
  exportSubmit,
} from './leave-endpoints.ts'
import { loginLink, loginRemove, loginsPage } from './login-endpoints.ts'
import { passkeyPage, passkeyRemove, passkeyRename, passkeySubmit } from './passkey-endpoints.ts'
import { passwordPage, passwordSubmit } from './password-endpoints.ts'
import { appRevoke, sessionEnd, sessionsEnd } from './session-endpoints.ts'
import { recoveryCodesSubmit, totpPage, totpRemove, totpSubmit } from './totp-endpoints.ts'
import { changePasswordEndpoint, passkeyEndpointsEndpoint } from './well-known-endpoints.ts'

/** The account console and its forms; a part of THE LIST in endpoints.ts. */
export const ACCOUNT_ENDPOINTS: readonly Endpoint[] = [
  profileEndpoint,
  passwordPage,
  passwordSubmit,
  emailPage,
  emailSubmit,
  verifySubmit,
  emailProofForm,
  emailProofSubmit,
  detailsPage,
  detailsSubmit,
  totpPage,
  totpSubmit,
  totpRemove,
  recoveryCodesSubmit,
  passkeyPage,
  passkeySubmit,
  passkeyRename,
  passkeyRemove,
  loginsPage,
  loginLink,
  loginRemove,
  sessionEnd,
  sessionsEnd,
  appRevoke,
  exportSubmit,
  disablePage,
  disableSubmit,
  deletePage,
  deleteSubmit,
  changePasswordEndpoint,
  passkeyEndpointsEndpoint,
]
