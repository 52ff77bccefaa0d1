// Owns: THE LIST of commands: their names and one line each. A new one is a file in commands/ and an
// entry here. Files are loaded when their command is called, so that help and a health check are quick.
import type { Command } from './command.ts'

export interface CommandEntry {
  /** `serve`, or noun and verb: `client create`. */
  readonly name: string
  readonly summary: string
  load(): Promise<Command>
}

/** A noun that several commands share. */
export interface CommandGroup {
  readonly name: string
  readonly summary: string
}

/** In the order of the help. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'dev',
    summary: 'start on this machine with nothing to configure',
    load: async () => (await import('./commands/dev.ts')).dev,
  },
  {
    name: 'serve',
    summary: 'start in production; refuses weak or missing secrets',
    load: async () => (await import('./commands/serve.ts')).serve,
  },
  {
    name: 'doctor',
    summary:
      'look at everything that a server needs, and say what to do; exit 1 when something fails',
    load: async () => (await import('./commands/doctor.ts')).doctor,
  },
  {
    name: 'healthcheck',
    summary: 'ask the server of this configuration whether it is ready: exit 0 or 1',
    load: async () => (await import('./commands/healthcheck.ts')).healthcheck,
  },
  {
    name: 'janitor',
    summary: 'delete expired rows and retire old keys now; a running server does it every minute',
    load: async () => (await import('./commands/janitor.ts')).janitor,
  },
  {
    name: 'client create',
    summary: 'register a client; its secret is shown once',
    load: async () => (await import('./commands/client-create.ts')).clientCreate,
  },
  {
    name: 'client list',
    summary: 'list clients, the newest first',
    load: async () => (await import('./commands/client-list.ts')).clientList,
  },
  {
    name: 'client get',
    summary: 'show one client',
    load: async () => (await import('./commands/client-get.ts')).clientGet,
  },
  {
    name: 'client update',
    summary: 'change a client; what is not named stays',
    load: async () => (await import('./commands/client-update.ts')).clientUpdate,
  },
  {
    name: 'client delete',
    summary: 'delete a client with its tokens, codes and consents',
    load: async () => (await import('./commands/client-delete.ts')).clientDelete,
  },
  {
    name: 'client rotate-secret',
    summary: 'give a client a new secret, shown once; the former one stops at once',
    load: async () => (await import('./commands/client-rotate-secret.ts')).clientRotateSecret,
  },
  {
    name: 'client initial-access-token',
    summary: 'make a token that lets its holder register clients (RFC 7591)',
    load: async () =>
      (await import('./commands/client-initial-access-token.ts')).clientInitialAccessToken,
  },
  {
    name: 'user create',
    summary: 'make an account; the password is asked for, piped or generated',
    load: async () => (await import('./commands/user-create.ts')).userCreate,
  },
  {
    name: 'user list',
    summary: 'list accounts, the newest first',
    load: async () => (await import('./commands/user-list.ts')).userList,
  },
  {
    name: 'user disable',
    summary: 'lock an account and end its sessions and tokens at once',
    load: async () => (await import('./commands/user-disable.ts')).userDisable,
  },
  {
    name: 'user enable',
    summary: 'open a locked account again; the former sessions and tokens stay ended',
    load: async () => (await import('./commands/user-enable.ts')).userEnable,
  },
  {
    name: 'user reset-password',
    summary: 'set a new password; ends every session and token of the account',
    load: async () => (await import('./commands/user-reset-password.ts')).userResetPassword,
  },
  {
    name: 'user reset-factors',
    summary: 'take every second factor from an account whose owner lost them',
    load: async () => (await import('./commands/user-reset-factors.ts')).userResetFactors,
  },
  {
    name: 'denylist add',
    summary: 'refuse an address, a network, an account or a client from now on',
    load: async () => (await import('./commands/denylist-add.ts')).denylistAdd,
  },
  {
    name: 'denylist list',
    summary: 'list what is denied, the newest first',
    load: async () => (await import('./commands/denylist-list.ts')).denylistList,
  },
  {
    name: 'denylist remove',
    summary: 'let somebody in again',
    load: async () => (await import('./commands/denylist-remove.ts')).denylistRemove,
  },
  {
    name: 'admin setup-link',
    summary: 'make a one-time link by which a person becomes administrator',
    load: async () => (await import('./commands/admin-setup-link.ts')).adminSetupLink,
  },
  {
    name: 'keys list',
    summary: 'list signing keys and their states',
    load: async () => (await import('./commands/keys-list.ts')).keysList,
  },
  {
    name: 'keys rotate',
    summary: 'take one step of the rotation: publish a next key, or let it sign',
    load: async () => (await import('./commands/keys-rotate.ts')).keysRotate,
  },
  {
    name: 'token decode',
    summary: 'show what is in a token; nothing is sent anywhere and nothing is verified',
    load: async () => (await import('./commands/token-decode.ts')).tokenDecode,
  },
  {
    name: 'token introspect',
    summary: 'say whether a token is active, what it allows, and why it is not',
    load: async () => (await import('./commands/token-introspect.ts')).tokenIntrospect,
  },
  {
    name: 'token revoke',
    summary: 'revoke a token and everything that came from the same sign-in',
    load: async () => (await import('./commands/token-revoke.ts')).tokenRevoke,
  },
  {
    name: 'audit tail',
    summary: 'show the newest acts on record: who did what, and from where',
    load: async () => (await import('./commands/audit-tail.ts')).auditTail,
  },
  {
    name: 'audit export',
    summary: 'print the whole audit log as JSON lines, with the place and hash of each record',
    load: async () => (await import('./commands/audit-export.ts')).auditExport,
  },
  {
    name: 'audit verify',
    summary: 'find any record that was changed, removed or moved; exit 1 when there is one',
    load: async () => (await import('./commands/audit-verify.ts')).auditVerify,
  },
  {
    name: 'events status',
    summary: 'show how far each durable backend has come, and what waits',
    load: async () => (await import('./commands/events-status.ts')).eventsStatus,
  },
  {
    name: 'events tail',
    summary: 'follow the live stream of a running server until Ctrl-C',
    load: async () => (await import('./commands/events-tail.ts')).eventsTail,
  },
  {
    name: 'events test',
    summary: 'send a test event through every backend; exit 1 when one does not take it',
    load: async () => (await import('./commands/events-test.ts')).eventsTest,
  },
  {
    name: 'events dead-letters',
    summary: 'list events that a backend refused for good, or offer them again',
    load: async () => (await import('./commands/events-dead-letters.ts')).eventsDeadLetters,
  },
  {
    name: 'events replay',
    summary: 'deliver stored events to a backend again',
    load: async () => (await import('./commands/events-replay.ts')).eventsReplay,
  },
  {
    name: 'events forget',
    summary: 'let go of what waits for a backend that is configured no longer',
    load: async () => (await import('./commands/events-forget.ts')).eventsForget,
  },
  {
    name: 'openapi',
    summary: 'print the OpenAPI document of this configuration, for making clients',
    load: async () => (await import('./commands/openapi.ts')).openapi,
  },
  {
    name: 'config print',
    summary: 'print every setting with its value and where that came from; secrets are masked',
    load: async () => (await import('./commands/config-print.ts')).configPrint,
  },
  {
    name: 'config explain',
    summary: 'explain one setting: meaning, type, default, present value and its source',
    load: async () => (await import('./commands/config-explain.ts')).configExplain,
  },
  {
    name: 'config check',
    summary:
      'report everything wrong with the configuration at once; exit 1 when "serve" would refuse it',
    load: async () => (await import('./commands/config-check.ts')).configCheck,
  },
  {
    name: 'config texts',
    summary: 'print the texts of pages and letters that branding.texts may replace, as JSON',
    load: async () => (await import('./commands/config-texts.ts')).configTexts,
  },
  {
    name: 'backup',
    summary: 'write everything to a file, beside a running server',
    load: async () => (await import('./commands/backup.ts')).backup,
  },
  {
    name: 'restore',
    summary: 'fill the database from a backup; nothing issued before is accepted any more',
    load: async () => (await import('./commands/restore.ts')).restore,
  },
  {
    name: 'move',
    summary: 'copy everything to an empty database of any kind, such as PostgreSQL',
    load: async () => (await import('./commands/move.ts')).move,
  },
  {
    name: 'migrate up',
    summary: 'apply what is pending: all of it or nothing',
    load: async () => (await import('./commands/migrate-up.ts')).migrateUp,
  },
  {
    name: 'migrate status',
    summary: 'show what is applied and what is pending; exit 1 when something is',
    load: async () => (await import('./commands/migrate-status.ts')).migrateStatus,
  },
  {
    name: 'migrate plan',
    summary: 'print the SQL that "migrate up" would run; changes nothing',
    load: async () => (await import('./commands/migrate-plan.ts')).migratePlan,
  },
]

export const GROUPS: readonly CommandGroup[] = [
  { name: 'client', summary: 'the apps that may ask for tokens' },
  { name: 'user', summary: 'the people who sign in' },
  { name: 'denylist', summary: 'who is refused, whatever else is proven' },
  { name: 'admin', summary: 'a way in for administrators' },
  { name: 'keys', summary: 'signing keys' },
  { name: 'token', summary: 'look at a token, or end it' },
  { name: 'audit', summary: 'what was done here, and by whom' },
  { name: 'events', summary: 'events as they happen, and on their way to durable backends' },
  { name: 'config', summary: 'the configuration as the server reads it' },
  { name: 'migrate', summary: 'the schema of the database' },
]
