#!/usr/bin/env node
// The `grantd` command: hands over to the TypeScript entry on a Node that can run it.
import { fileURLToPath } from 'node:url'
import { runOnPinnedNode } from './pinned-node.mjs'

const entry = fileURLToPath(new URL('../packages/server/src/main.ts', import.meta.url))
await runOnPinnedNode(entry, process.argv.slice(2))
