// Runs a script of this repository on the pinned Node: `node bin/with-node.mjs scripts/test.ts …`.
import path from 'node:path'
import { runOnPinnedNode } from './pinned-node.mjs'

const [script, ...args] = process.argv.slice(2)
await runOnPinnedNode(path.resolve(script), args)
