// For tests only: loads a configuration from texts instead of a real environment and file system.
import assert from 'node:assert/strict'
import { type LoadedSettings, loadSettings } from './load.ts'
import type { Mode } from './mode.ts'
import { ConfigError, type ConfigProblem } from './problem.ts'

/** What the load sees; `files` is keyed by absolute path, the working folder is /app. */
export interface World {
  readonly mode?: Mode
  readonly env?: Readonly<Record<string, string>>
  readonly conf?: string
  readonly files?: Readonly<Record<string, string>>
  readonly flags?: Readonly<Record<string, string>>
}

/** Loads, in serve mode unless told otherwise. */
export function load(world: World = {}): LoadedSettings {
  const conf = world.conf === undefined ? {} : { '/app/application.conf': world.conf }
  const files: Record<string, string> = { ...conf, ...world.files }
  const readFile = (file: string): string => {
    const text = files[file]
    if (text !== undefined) return text
    throw Object.assign(new Error(`no such file: ${file}`), { code: 'ENOENT' })
  }
  const { mode = 'serve', env = {}, flags = {} } = world
  return loadSettings({ mode, env, argvFlags: flags, cwd: '/app', readFile })
}

/** The error of a load that must fail. */
export function failure(world: World): ConfigError {
  try {
    load(world)
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error))
    return error
  }
  return assert.fail('the configuration was accepted')
}

/** The only problem of a load that must fail with exactly one. */
export function onlyProblem(world: World): ConfigProblem {
  const { problems } = failure(world)
  assert.equal(problems.length, 1, JSON.stringify(problems, null, 2))
  const [problem] = problems
  return problem ?? assert.fail('no problem')
}
