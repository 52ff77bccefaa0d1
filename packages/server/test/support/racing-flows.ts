// Owns: the list of flows that only the database can decide: single use, races, what ends with what.
// Does not own: which database; whoever loads this file has set GRANTD_TEST_STORAGE.
await import('../flows/rfc6749-authorization-code.test.ts')
await import('../flows/rfc6749-refresh-token.test.ts')
await import('../flows/rfc7009-revocation.test.ts')
await import('../flows/code-attacks.test.ts')
await import('../flows/grant-end.test.ts')
await import('../flows/deleted-client.test.ts')
await import('../flows/consent.test.ts')
await import('../flows/setup.test.ts')
await import('../flows/rfc7523-client-assertion.test.ts')
await import('../flows/registration-permits.test.ts')
