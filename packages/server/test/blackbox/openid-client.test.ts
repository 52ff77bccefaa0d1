import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import * as oidc from 'openid-client'
import { App, Callback } from '../support/app.ts'
import { allow, journeys, sees, signIn } from '../support/journey.ts'

describe('openid-client against `npm start`', () => {
  const journey = journeys({ by: 'npm' })

  test(
    'a public app: discovery, sign-in and consent in a browser, code, refresh, revocation',
    journey(async ({ server, open }) => {
      await using callback = await Callback.listen()
      const app = await App.register(server, callback)
      const page = await open()
      const attempt = await app.begin({ scope: 'openid offline_access read' })

      await page.goto(attempt.url)
      await signIn(page, server.ready.demo.user)
      await allow(page)
      const tokens = await attempt.finish()

      await sees(page, 'Back at the app')
      assert.equal(new URL(page.url()).searchParams.get('iss'), server.ready.issuer)
      const keys = createRemoteJWKSet(new URL(server.url('/.well-known/jwks.json')))
      const { payload } = await jwtVerify(tokens.id_token ?? '', keys, {
        issuer: server.ready.issuer,
        audience: app.config.clientMetadata().client_id,
      })
      assert.equal(payload.sub, tokens.claims()?.sub)

      const renewed = await oidc.refreshTokenGrant(app.config, tokens.refresh_token ?? '')
      assert.notEqual(renewed.access_token, tokens.access_token)
      assert.notEqual(renewed.refresh_token, tokens.refresh_token)

      await oidc.tokenRevocation(app.config, renewed.refresh_token ?? '')
      await assert.rejects(oidc.refreshTokenGrant(app.config, renewed.refresh_token ?? ''), {
        error: 'invalid_grant',
      })
    }),
  )
})
