import type { Grant } from '../grant.ts'
import { authorizationCode } from './authorization-code.ts'
import { clientCredentials } from './client-credentials.ts'
import { refreshToken } from './refresh-token.ts'

/** THE LIST of grants; discovery, registration and the token endpoint read it. */
export const GRANTS: readonly Grant[] = [authorizationCode, clientCredentials, refreshToken]
