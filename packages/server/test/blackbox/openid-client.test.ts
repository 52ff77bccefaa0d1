import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import * as oidc from 'openid-client'
import { allow, journeys, sees, signIn } from '../support/journey.ts'

describe('openid-client against `npm start`', () => {
  const journey = journeys({ by: 'npm' })

  for (const mode of ['query', 'form_post']) {
    test(
      `a public app by ${mode}: registration, sign-in and consent in a browser, code, refresh, revocation`,
      journey(async ({ server, sentByApp }) => {
        const { app, page, attempt } = await sentByApp({
          request: { scope: 'openid offline_access read', response_mode: mode },
        })
        await signIn(page, server.ready.demo.user)
        await allow(page)
        const tokens = await attempt.finish()
        await sees(page, 'Back at the app')
        assert.equal(tokens.token_type, 'bearer')
        assert.equal(tokens.scope, 'openid offline_access read')

        // A second opinion on the ID token: jose and the published keys.
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
  }

  test(
    'a confidential app that registered itself: the same, and introspection',
    journey(async ({ server, sentByApp }) => {
      const { app, page, attempt } = await sentByApp({
        metadata: { token_endpoint_auth_method: 'client_secret_basic' },
        request: { scope: 'openid offline_access read' },
      })
      await signIn(page, server.ready.demo.user)
      await allow(page)
      const tokens = await attempt.finish()

      const renewed = await oidc.refreshTokenGrant(app.config, tokens.refresh_token ?? '', {
        scope: 'read',
      })
      assert.equal(renewed.scope, 'read')
      const live = await oidc.tokenIntrospection(app.config, renewed.access_token)
      assert.equal(live.active, true)
      assert.equal(live.sub, tokens.claims()?.sub)
      await oidc.tokenRevocation(app.config, renewed.refresh_token ?? '')
      const dead = await oidc.tokenIntrospection(app.config, renewed.access_token)
      assert.deepEqual(dead, { active: false })
    }),
  )

  test(
    'a service: client_credentials, introspection, revocation',
    journey(async ({ server }) => {
      const { confidentialClientId, confidentialClientSecret } = server.ready.demo
      const config = await oidc.discovery(
        new URL(server.ready.issuer),
        confidentialClientId,
        undefined,
        oidc.ClientSecretPost(confidentialClientSecret),
        { algorithm: 'oauth2', execute: [oidc.allowInsecureRequests] },
      )
      const tokens = await oidc.clientCredentialsGrant(config, { scope: 'read' })
      assert.equal(tokens.scope, 'read')
      assert.equal(tokens.refresh_token, undefined)
      const live = await oidc.tokenIntrospection(config, tokens.access_token)
      assert.equal(live.client_id, confidentialClientId)
      await oidc.tokenRevocation(config, tokens.access_token)
      const dead = await oidc.tokenIntrospection(config, tokens.access_token)
      assert.deepEqual(dead, { active: false })
    }),
  )
})
