import { createPasswordHasher } from '../../src/password-hasher.ts'
import {
  addClient,
  addInitialAccessToken,
  addUsers,
  type ClientKeys,
  PASSWORD,
  type SignedInUser,
  withStorage,
} from './prepare.ts'
import { addExpiredTokens } from './prepare-grants.ts'
import type { Site } from './server-process.ts'

/** More than one site can use up: a remembered consent is given once per user. */
const USERS = 3_000

/** Who takes part in the load on one database. */
export class Cast {
  readonly client: ClientKeys
  readonly initialAccessToken: string
  /** Whoever signs in by password. */
  readonly username = 'ada'
  /** How long a spent refresh token is answered with its successor. */
  readonly graceMs: number
  readonly #users: readonly SignedInUser[]
  #next = 0

  private constructor(cast: {
    client: ClientKeys
    initialAccessToken: string
    graceMs: number
    users: readonly SignedInUser[]
  }) {
    this.client = cast.client
    this.initialAccessToken = cast.initialAccessToken
    this.graceMs = cast.graceMs
    this.#users = cast.users
  }

  static async on(site: Site, count = USERS): Promise<Cast> {
    const hasher = await createPasswordHasher()
    const hash = await hasher.hash(PASSWORD)
    return withStorage(site, async (storage) => {
      const client = await addClient(storage, 'load')
      await addUsers(storage, ['ada'], hash)
      const names = Array.from({ length: count }, (_, n) => `user-${n}`)
      const users = await addUsers(storage, names)
      const initialAccessToken = await addInitialAccessToken(storage)
      const graceMs = Number(site.env.OAUTH2_REFRESH_TOKEN_GRACE_SECS ?? 10) * 1_000
      return new Cast({ client, initialAccessToken, graceMs, users })
    })
  }

  /** Somebody signed in who has not decided about the client yet. */
  nextUser(): SignedInUser {
    const user = this.#users[this.#next++]
    if (user === undefined) throw new Error('all users have decided; the cast needs more')
    return user
  }

  /** Gives the janitor of the next start something to delete. */
  async litter(site: Site, count: number): Promise<void> {
    await withStorage(site, (storage) => addExpiredTokens(storage, this.client, count))
  }
}
