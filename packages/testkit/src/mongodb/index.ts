// Owns: what tests of MongoDB need: databases on the test server, a server on the wire that a test
// scripts, transactions in front of a server that has none. Start here: databases.ts.
export { freshDatabase, freshReplicaSetDatabase, SERVER } from './databases.ts'
export { type ReplicaSet, startReplicaSet } from './replica-set.ts'
export {
  type Answer,
  type Handler,
  startWireServer,
  type WireServer,
  type WireServerOptions,
} from './wire-server.ts'
