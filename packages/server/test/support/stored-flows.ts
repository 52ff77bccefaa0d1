// Owns: the list of all flows that write: what holds on one database must hold on each. Requests that are
// refused before anything is stored are tested on memory alone.
// Does not own: which database; whoever loads this file has set GRANTD_TEST_STORAGE.
await import('./racing-flows.ts')
await import('../flows/rfc6749-client-credentials.test.ts')
await import('../flows/rfc7662-introspection.test.ts')
await import('../flows/rfc7592-registration-management.test.ts')
await import('../flows/login.test.ts')
await import('../flows/login-throttle.test.ts')
await import('../flows/oidc-logout.test.ts')
await import('../flows/second-factor.test.ts')
await import('../flows/recovery.test.ts')
await import('../flows/account-console.test.ts')
await import('../flows/known-device.test.ts')
await import('../flows/upstream-attacks.test.ts')
await import('../flows/linked-logins.test.ts')
