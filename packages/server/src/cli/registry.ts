// Owns: THE LIST of commands. A new one is a file in commands/ and a line here.
import type { Command } from './command.ts'
import { adminSetupLink } from './commands/admin-setup-link.ts'
import { clientCreate } from './commands/client-create.ts'
import { clientDelete } from './commands/client-delete.ts'
import { clientGet } from './commands/client-get.ts'
import { clientInitialAccessToken } from './commands/client-initial-access-token.ts'
import { clientList } from './commands/client-list.ts'
import { clientRotateSecret } from './commands/client-rotate-secret.ts'
import { clientUpdate } from './commands/client-update.ts'
import { configCheck } from './commands/config-check.ts'
import { configExplain } from './commands/config-explain.ts'
import { configPrint } from './commands/config-print.ts'
import { dev } from './commands/dev.ts'
import { doctor } from './commands/doctor.ts'
import { healthcheck } from './commands/healthcheck.ts'
import { janitor } from './commands/janitor.ts'
import { keysList } from './commands/keys-list.ts'
import { keysRotate } from './commands/keys-rotate.ts'
import { migratePlan } from './commands/migrate-plan.ts'
import { migrateStatus } from './commands/migrate-status.ts'
import { migrateUp } from './commands/migrate-up.ts'
import { serve } from './commands/serve.ts'
import { tokenDecode } from './commands/token-decode.ts'
import { tokenIntrospect } from './commands/token-introspect.ts'
import { tokenRevoke } from './commands/token-revoke.ts'
import { userCreate } from './commands/user-create.ts'
import { userDisable } from './commands/user-disable.ts'
import { userEnable } from './commands/user-enable.ts'
import { userList } from './commands/user-list.ts'
import { userResetPassword } from './commands/user-reset-password.ts'
import type { CommandGroup } from './help.ts'

/** In the order of the help. */
export const COMMANDS: readonly Command[] = [
  dev,
  serve,
  doctor,
  healthcheck,
  janitor,
  clientCreate,
  clientList,
  clientGet,
  clientUpdate,
  clientDelete,
  clientRotateSecret,
  clientInitialAccessToken,
  userCreate,
  userList,
  userDisable,
  userEnable,
  userResetPassword,
  adminSetupLink,
  keysList,
  keysRotate,
  tokenDecode,
  tokenIntrospect,
  tokenRevoke,
  configPrint,
  configExplain,
  configCheck,
  migrateUp,
  migrateStatus,
  migratePlan,
]

export const GROUPS: readonly CommandGroup[] = [
  { name: 'client', summary: 'the apps that may ask for tokens' },
  { name: 'user', summary: 'the people who sign in' },
  { name: 'admin', summary: 'a way in for administrators' },
  { name: 'keys', summary: 'signing keys' },
  { name: 'token', summary: 'look at a token, or end it' },
  { name: 'config', summary: 'the configuration as the server reads it' },
  { name: 'migrate', summary: 'the schema of the database' },
]
