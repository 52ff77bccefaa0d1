import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as oauth from 'oauth4webapi'
import { Callback } from '../support/app.ts'
import { allow, journeys, sees, signIn } from '../support/journey.ts'
import type { StartedServer } from '../support/started-server.ts'

// Loopback needs no TLS; the library wants to be told.
const insecure = { [oauth.allowInsecureRequests]: true }

async function discover(
  server: StartedServer,
  algorithm: 'oidc' | 'oauth2',
): Promise<oauth.AuthorizationServer> {
  const issuer = new URL(server.ready.issuer)
  const reply = await oauth.discoveryRequest(issuer, { algorithm, ...insecure })
  return oauth.processDiscoveryResponse(issuer, reply)
}

describe('oauth4webapi against `npm start`', () => {
  const journey = journeys({ by: 'npm' })

  for (const mode of ['query', 'form_post']) {
    test(
      `by ${mode}: dynamic registration, code with PKCE, ID token, refresh, introspection, revocation`,
      journey(async ({ server, open }) => {
        await using callback = await Callback.listen()
        const as = await discover(server, 'oidc')
        const client = await oauth.processDynamicClientRegistrationResponse(
          await oauth.dynamicClientRegistrationRequest(
            as,
            {
              client_name: 'Holiday calendar',
              redirect_uris: [callback.uri],
              grant_types: ['authorization_code', 'refresh_token'],
              scope: 'openid offline_access read write',
            },
            insecure,
          ),
        )
        const proof = oauth.ClientSecretBasic(String(client.client_secret))

        const verifier = oauth.generateRandomCodeVerifier()
        const state = oauth.generateRandomState()
        const nonce = oauth.generateRandomNonce()
        const ask = new URL(String(as.authorization_endpoint))
        ask.search = String(
          new URLSearchParams({
            client_id: client.client_id,
            redirect_uri: callback.uri,
            response_type: 'code',
            response_mode: mode,
            scope: 'openid offline_access read',
            code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
            code_challenge_method: 'S256',
            state,
            nonce,
          }),
        )
        const page = await open()
        await page.goto(ask.href)
        await signIn(page, server.ready.demo.user)
        await allow(page)
        await sees(page, 'Back at the app')

        const answer = await callback.answer(state)
        const params =
          mode === 'query'
            ? new URL(answer.url).searchParams
            : new URLSearchParams(await answer.text())
        const tokens = await oauth.processAuthorizationCodeResponse(
          as,
          client,
          await oauth.authorizationCodeGrantRequest(
            as,
            client,
            proof,
            oauth.validateAuthResponse(as, client, params, state),
            callback.uri,
            verifier,
            insecure,
          ),
          { expectedNonce: nonce, requireIdToken: true },
        )
        const idToken = oauth.getValidatedIdTokenClaims(tokens)
        assert.equal(idToken?.aud, client.client_id)

        // As an API would: the access token is an RFC 9068 JWT, checked with the published keys.
        const request = new Request('https://api.example/', {
          headers: { authorization: `Bearer ${tokens.access_token}` },
        })
        const claims = await oauth.validateJwtAccessToken(as, request, client.client_id, insecure)
        assert.equal(claims.sub, idToken?.sub)

        const renewed = await oauth.processRefreshTokenResponse(
          as,
          client,
          await oauth.refreshTokenGrantRequest(
            as,
            client,
            proof,
            tokens.refresh_token ?? '',
            insecure,
          ),
        )
        const introspect = async (token: string) =>
          oauth.processIntrospectionResponse(
            as,
            client,
            await oauth.introspectionRequest(as, client, proof, token, insecure),
          )
        assert.equal((await introspect(renewed.access_token)).active, true)
        await oauth.processRevocationResponse(
          await oauth.revocationRequest(as, client, proof, renewed.refresh_token ?? '', insecure),
        )
        assert.equal((await introspect(renewed.access_token)).active, false)
        const refused = await oauth.refreshTokenGrantRequest(
          as,
          client,
          proof,
          renewed.refresh_token ?? '',
          insecure,
        )
        await assert.rejects(oauth.processRefreshTokenResponse(as, client, refused), {
          error: 'invalid_grant',
        })
      }),
    )
  }

  test(
    'a service by RFC 8414 metadata: client_credentials',
    journey(async ({ server }) => {
      const as = await discover(server, 'oauth2')
      const { confidentialClientId, confidentialClientSecret } = server.ready.demo
      const client = { client_id: confidentialClientId }
      const reply = await oauth.clientCredentialsGrantRequest(
        as,
        client,
        oauth.ClientSecretPost(confidentialClientSecret),
        { scope: 'read write' },
        insecure,
      )
      const tokens = await oauth.processClientCredentialsResponse(as, client, reply)
      assert.equal(tokens.scope, 'read write')
      assert.equal(tokens.expires_in, 3600)
    }),
  )
})
