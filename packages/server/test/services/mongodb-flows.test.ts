// The flows of stored-flows.ts on the test server for MongoDB, in transactions.
process.env.GRANTD_TEST_STORAGE = 'mongodb'
await import('../support/stored-flows.ts')
