// Owns: policies that protect the server from too much: how many, how fast, when to stop asking. They
// take a clock and know no HTTP, no storage and no OAuth. Does not own: where they apply (server).
export {}
