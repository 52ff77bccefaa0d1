import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { changeUser, countAudit } from '../support/flow.ts'
import { withTotp } from '../support/people.ts'
import { Browser, PASSWORD } from '../support/server.ts'
import {
  isSignedIn,
  signInThrough,
  type UpstreamWorld,
  userThere,
  verifiedAda,
  withUpstream,
} from '../support/upstream.ts'

describe('T174 an address is no proof', () => {
  const refusedFor = async (
    env: Record<string, string>,
    prepare: (world: UpstreamWorld) => Promise<void> | void,
  ) => {
    await using world = await withUpstream(env)
    await verifiedAda(world)
    await prepare(world)
    const { reply, browser } = await signInThrough(world)
    assert.equal(reply.statusCode, 403, reply.body)
    assert.match(reply.body, /Sign in to it another way/)
    assert.equal(browser.cookies.has('sid'), false)
    assert.equal(await userThere(world), undefined)
  }
  const OPEN = { OAUTH2_SOCIAL_LINK_BY_VERIFIED_EMAIL: 'true' }

  test('by default it leads to no account, verified or not', async () => {
    await refusedFor({}, () => undefined)
  })

  for (const verified of [false, undefined, 'true']) {
    test(`nor where linking is open and email_verified is ${verified}`, async () => {
      await refusedFor(OPEN, ({ upstream }) => {
        upstream.person = { ...upstream.person, email_verified: verified }
      })
    })
  }

  test('nor where the local address was never proven', async () => {
    await refusedFor(OPEN, async ({ server }) => {
      await changeUser(server, { claims: {} })
    })
  })

  test('nor to an administrator', async () => {
    await refusedFor(OPEN, async ({ server }) => {
      await changeUser(server, { role: 'admin' })
    })
  })

  test('nor to somebody with a second factor, which nobody has shown', async () => {
    await refusedFor(OPEN, async ({ server }) => {
      await withTotp(server)
    })
  })

  test('nor to somebody whose name looks like the address', async () => {
    await using world = await withUpstream(OPEN)
    await world.server.addUser('ada@elsewhere.example', PASSWORD)
    const { reply } = await signInThrough(world)
    assert.equal(reply.statusCode, 403)
  })

  test('open, and proven on both sides, it does, ends other sessions, and the owner is told', async () => {
    await using world = await withUpstream(OPEN)
    await verifiedAda(world)
    const other = new Browser(world.server)
    await other.signIn()
    assert.ok(await isSignedIn((await signInThrough(world)).browser))
    assert.equal(await isSignedIn(other), false)
    assert.equal((await userThere(world))?.username, 'ada')
    assert.equal(await countAudit(world.server, 'identity.linked'), 1)
    const mail = await world.server.mailbox.find('ada@elsewhere.example', /account/i)
    assert.match(mail.text, /login at another provider was linked/)
  })
})
