// The flows that write, with all their races, on the test server for MongoDB, in transactions. Requests that are refused before
// anything is stored are tested on memory alone.
process.env.GRANTD_TEST_STORAGE = 'mongodb'
await import('../flows/rfc6749-authorization-code.test.ts')
await import('../flows/rfc6749-client-credentials.test.ts')
await import('../flows/rfc6749-refresh-token.test.ts')
await import('../flows/rfc7009-revocation.test.ts')
await import('../flows/rfc7662-introspection.test.ts')
await import('../flows/rfc7592-registration-management.test.ts')
await import('../flows/code-attacks.test.ts')
await import('../flows/grant-end.test.ts')
await import('../flows/deleted-client.test.ts')
await import('../flows/consent.test.ts')
await import('../flows/login.test.ts')
await import('../flows/login-throttle.test.ts')
await import('../flows/oidc-logout.test.ts')
await import('../flows/setup.test.ts')
