// Owns: who runs on which core. A server that shares its core with the generator would measure both.
import { execFileSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

export type Place = 'server' | 'servers' | 'load'

const canPin = process.platform === 'linux' && availableParallelism() > 1 && hasTaskset()

/** How processes are placed, for the report. */
export const placement: string = canPin
  ? 'each server with all its threads on core 0, the load generator on core 1; contenders marked "2" on both'
  : 'not pinned'

/** `server`: one core for all its threads; `servers`: all cores; `load`: the generator's core. */
export function coresOf(place: Place): string | undefined {
  if (!canPin || place === 'servers') return undefined
  return place === 'server' ? '0' : '1'
}

export function pinned(cores: string | undefined, command: readonly string[]): readonly string[] {
  return cores === undefined ? command : ['taskset', '-c', cores, ...command]
}

function hasTaskset(): boolean {
  try {
    execFileSync('taskset', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
