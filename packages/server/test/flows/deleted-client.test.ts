import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientId } from '@grantd/domain'
import { TestServer } from '../support/server.ts'

test('a client that another process deleted a moment ago gets no token', async () => {
  await using server = await TestServer.start()
  const client = await server.addClient({
    client_name: 'Service',
    grant_types: ['client_credentials'],
    scope: 'read',
  })
  const ask = () =>
    server.token({
      grant_type: 'client_credentials',
      client_id: client.id,
      client_secret: client.secret,
    })
  assert.equal((await ask()).statusCode, 200)
  const { services, storage } = server.assembly
  const id = clientId(client.id)
  await storage.commit([{ kind: 'client.delete', clientId: id }])
  assert.ok(await services.clients.for(id).find({ id }), 'this process still has it in its cache')
  const reply = await ask()
  assert.equal(reply.statusCode, 401)
  assert.equal(reply.json().error, 'invalid_client')
})
