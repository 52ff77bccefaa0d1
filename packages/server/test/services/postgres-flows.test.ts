// The flows that write, with all their races, on a PostgreSQL server. Requests that are refused before
// anything is stored are tested on memory alone.
process.env.GRANTD_TEST_STORAGE = 'postgresql'
await import('../flows/rfc6749-authorization-code.test.ts')
await import('../flows/rfc6749-client-credentials.test.ts')
await import('../flows/rfc6749-refresh-token.test.ts')
await import('../flows/rfc7591-registration.test.ts')
await import('../flows/rfc7662-introspection-rfc7009-revocation.test.ts')
await import('../flows/login.test.ts')
