import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Log } from '@grantd/oauth'
import type { Assembly } from '../assemble.ts'
import type { Settings } from '../config/settings.ts'
import type { PreparedDemo } from './demo.ts'

/** What `grantd dev` says when it is ready; every command in it works when pasted. */
export function printBanner(view: {
  readonly assembly: Assembly
  readonly demo: PreparedDemo
  readonly readyMs: number
  /** The scheme of the database's URL. */
  readonly backend: string
  readonly hasSwaggerUi: boolean
  readonly json: boolean
}): void {
  const { assembly, demo } = view
  const base = assembly.services.settings.baseUrl
  if (view.json) {
    process.stdout.write(
      `${JSON.stringify({ issuer: assembly.issuer, base_url: base, setup_url: demo.setupUrl, demo })}\n`,
    )
    return
  }
  const seconds = (view.readyMs / 1_000).toFixed(1)
  const password = demo.isPasswordCurrent ? demo.user.password : '(the password you gave it)'
  const secret = demo.isSecretCurrent ? demo.confidentialClientSecret : '$SECRET'
  const setup =
    demo.setupUrl === undefined
      ? '  Admin       is set up; sign in at the profile page'
      : `  Admin       nobody yet: open this one-time link within 15 minutes\n              ${demo.setupUrl}`
  const api = view.hasSwaggerUi ? `  API         ${base}/swagger-ui/\n` : ''
  const suite =
    demo.conformance === undefined
      ? ''
      : `
  CONFORMANCE MODE: codes without PKCE and unsigned request objects are accepted.
  Suite user  ${demo.conformance.username} / ${demo.conformance.password}
  Plans and expected results: docs/guide/conformance.md
`
  process.stdout.write(`
  grantd  dev mode  (node ${process.versions.node}, ${view.backend}, ready in ${seconds} s)     NOT FOR PRODUCTION

  Issuer      ${assembly.issuer}
  Discovery   ${base}/.well-known/openid-configuration
${api}  Profile     ${base}/profile
${setup}
  Demo user   ${demo.user.username} / ${password}
  Demo apps   ${demo.publicClientId} (public, PKCE)   ${demo.confidentialClientId} (confidential)
${suite}
  A token for a service:
    curl -s ${base}/oauth/token -d grant_type=client_credentials \\
      -d client_id=${demo.confidentialClientId} -d client_secret=${secret}

  Register an app:
    curl -s ${base}/clients/register -H 'Content-Type: application/json' \\
      -d '{"client_name":"My App","redirect_uris":["http://localhost:3000/callback"],"grant_types":["authorization_code"],"scope":"read write"}'

  More: ${commandLine()} --help      Stop with Ctrl-C; a restart keeps everything.
`)
}

const PROGRAM = fileURLToPath(new URL('../../../../bin/grantd.mjs', import.meta.url))

/** How this program is called from here: a clone does not have it on the PATH. */
function commandLine(): string {
  if (process.env.npm_lifecycle_event !== undefined) return 'npm run -s grantd --'
  return `node ${path.relative('', PROGRAM)}`
}

/**
 * What `grantd serve` says: no secrets, no links. To whoever collects JSON lines it is two of them; a
 * person at a terminal gets text.
 */
export function printServing(view: {
  readonly log: Log
  readonly issuer: string
  readonly settings: Settings
  readonly hasAdministrator: boolean
  readonly readyMs: number
  /** Processes that serve, when there are several. */
  readonly workers?: number
}): void {
  const { host, port } = view.settings.server
  const isCollected = view.settings.log.format === 'json' && !process.stderr.isTTY
  const say = (level: 'info' | 'warn', text: string): void => {
    if (isCollected) view.log[level]({}, text)
    else process.stderr.write(`${text}\n`)
  }
  if (!view.hasAdministrator) say('warn', 'no administrator yet; run: grantd admin setup-link')
  const seconds = (view.readyMs / 1_000).toFixed(1)
  const many = view.workers === undefined ? '' : ` with ${view.workers} workers`
  say('info', `grantd serves ${view.issuer} on ${host}:${port}${many}, ready in ${seconds} s`)
}
