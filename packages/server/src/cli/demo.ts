// Owns: what dev mode seeds so that the first minute works: an administrator's way in, a demo user,
// two demo clients. Generated once, kept 0600 in the data folder, never fixed.
import { clientId, foldName, hashSecret, StorageError, systemRandom } from '@grantd/domain'
import {
  createClient,
  createSetupLink,
  readClientMetadata,
  type Services,
  userWithPassword,
} from '@grantd/oauth'
import type { Assembly } from '../assemble.ts'
import type { Settings } from '../config/settings.ts'
import { readJsonFile, writeJsonFile } from '../data-folder.ts'
import { StartError } from '../start-error.ts'
import { type ConformancePerson, prepareConformancePerson } from './conformance-person.ts'

const FILE = 'demo.json'
const SETUP_LIFETIME = 15 * 60

export interface Demo {
  readonly user: { readonly username: string; readonly password: string }
  readonly publicClientId: string
  readonly confidentialClientId: string
  readonly confidentialClientSecret: string
  readonly redirectUri: string
}

export interface PreparedDemo extends Demo {
  /** Present while nobody administers this server yet. */
  readonly setupUrl: string | undefined
  /** False once the operator gave it another password or secret: what is printed must work. */
  readonly isPasswordCurrent: boolean
  readonly isSecretCurrent: boolean
  /** Present where the conformance suite is let in. */
  readonly conformance: ConformancePerson | undefined
}

export async function prepareDemo(assembly: Assembly, settings: Settings): Promise<PreparedDemo> {
  const { services } = assembly
  const demo = readJsonFile<Demo>(settings.data.dir, FILE) ?? keptDemo(settings)
  await seedUser(demo, services)
  await seedClients(demo, services)
  await seedAdministrator(settings, services)
  const conformance = await prepareConformancePerson(settings, services)
  const setupUrl =
    (await services.storage.users.countAdmins()) > 0
      ? undefined
      : `${services.settings.baseUrl}/setup#${(await createSetupLink(settings.seed.username, SETUP_LIFETIME, services)).code}`
  return { ...demo, setupUrl, conformance, ...(await whatStillHolds(demo, services)) }
}

async function whatStillHolds(demo: Demo, services: Services) {
  const user = await services.storage.users.findByLogin(foldName(demo.user.username))
  const client = await services.storage.clients.find(clientId(demo.confidentialClientId))
  return {
    isPasswordCurrent: await services.passwords.verify(demo.user.password, user?.passwordHash),
    isSecretCurrent: client?.secretHash === hashSecret(demo.confidentialClientSecret),
  }
}

/** Kept before it is used: a start that ends in between must not forget the password it has stored. */
function keptDemo(settings: Settings): Demo {
  const demo = newDemo()
  writeJsonFile(settings.data.dir, FILE, demo)
  return demo
}

function newDemo(): Demo {
  return {
    user: { username: 'demo', password: systemRandom.base64url(12) },
    publicClientId: 'demo-spa',
    confidentialClientId: 'demo-service',
    confidentialClientSecret: `gcs_${systemRandom.base64url(32)}`,
    redirectUri: 'http://127.0.0.1:3000/callback',
  }
}

async function seedUser(demo: Demo, services: Services): Promise<void> {
  if ((await services.storage.users.findByLogin(foldName(demo.user.username))) !== undefined) return
  const { changes } = await userWithPassword(
    { existing: undefined, ...demo.user, email: 'demo@example.test', role: 'user' },
    services,
  )
  await services.storage.commit(changes)
}

async function seedClients(demo: Demo, services: Services): Promise<void> {
  const wishes = [
    {
      id: demo.publicClientId,
      secret: undefined,
      metadata: {
        client_name: 'Demo app',
        redirect_uris: [demo.redirectUri],
        grant_types: ['authorization_code', 'refresh_token'],
        scope: 'openid profile email offline_access read write',
        token_endpoint_auth_method: 'none',
      },
    },
    {
      id: demo.confidentialClientId,
      secret: demo.confidentialClientSecret,
      metadata: {
        client_name: 'Demo service',
        redirect_uris: [demo.redirectUri],
        grant_types: ['client_credentials', 'authorization_code', 'refresh_token'],
        scope: 'openid profile email offline_access read write',
      },
    },
  ]
  for (const { id, secret, metadata } of wishes) {
    if ((await services.storage.clients.find(clientId(id))) !== undefined) continue
    const made = createClient(
      readClientMetadata(metadata),
      { registeredBy: 'operator', id, secret },
      services,
    )
    await services.clients.for(id).create({ client: made.client, actor: 'dev' })
  }
}

/** The contract's OAUTH2_SEED_*: an administrator with a given password, made once. */
export async function seedAdministrator(settings: Settings, services: Services): Promise<void> {
  const { username, email, password } = settings.seed
  if (password === undefined) return
  const isThere = async () =>
    (await services.storage.users.findByLogin(foldName(username))) !== undefined
  if (await isThere()) return
  const { changes } = await userWithPassword(
    { existing: undefined, username, email, role: 'admin', password, actor: 'seed' },
    services,
  )
  try {
    await services.storage.commit(changes)
  } catch (error) {
    if (!(error instanceof StorageError) || error.kind !== 'conflict') throw error
    if (await isThere()) return // another process that started at the same moment made it
    throw new StartError(
      'E_SEED_CONFLICT',
      `the administrator ${username} cannot be made: another account has the e-mail address ${email}`,
      'set OAUTH2_SEED_EMAIL to another one, or unset OAUTH2_SEED_PASSWORD',
    )
  }
}
