// The flows of stored-flows.ts on a PostgreSQL server.
process.env.GRANTD_TEST_STORAGE = 'postgresql'
await import('../support/stored-flows.ts')
