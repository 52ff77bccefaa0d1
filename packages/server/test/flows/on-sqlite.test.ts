// The flows of racing-flows.ts, each on SQLite files of its own.
process.env.GRANTD_TEST_STORAGE = 'sqlite'
await import('../support/racing-flows.ts')
