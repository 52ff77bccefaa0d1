// Owns: reading HOCON, the format of application.conf, into values that know their origin.
// Does not own: what a setting means (../settings.ts) or which source wins (../load.ts).
// Start here: `parseHocon` for a text, `readHoconFile` for a file.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { createIncluder, type FileReader, type TextSource } from './include.ts'
import { buildBranch } from './merge.ts'
import { parseSyntax } from './parse.ts'
import { type Environment, Resolver } from './resolve.ts'
import type { HoconObject } from './value.ts'

/** How to read: the environment for `${NAME}`, and the file system for includes. */
export interface HoconOptions {
  readonly env?: Environment
  readonly readFile?: FileReader
  /** How errors and origins name the root text; the path as given when absent. */
  readonly label?: string
}

/** Reads a file as UTF-8 text; the default reader. */
export function readTextFile(file: string): string {
  return readFileSync(file, 'utf8')
}

/**
 * Parses and resolves a HOCON text. A supported subset of the specification: comments, dotted and
 * quoted keys, merging, `+=`, concatenation, `${path}`, `${?path}`, `${?ENV_LIST[]}`, triple quotes,
 * file includes (absolute ones only, a text has no folder). Throws HoconError, nothing else.
 */
export function parseHocon(text: string, options: HoconOptions = {}): HoconObject {
  return read(text, options.label ?? '<text>', { trail: [] }, options)
}

/**
 * Reads `file` (absolute, or relative to the process) with its includes. Throws HoconError for what
 * is wrong inside, and the file system's error when `file` itself cannot be read.
 */
export function readHoconFile(file: string, options: HoconOptions = {}): HoconObject {
  const absolute = path.resolve(file)
  const text = (options.readFile ?? readTextFile)(absolute)
  const folder = path.dirname(absolute)
  return read(text, options.label ?? file, { folder, confine: folder, trail: [absolute] }, options)
}

function read(text: string, label: string, source: TextSource, options: HoconOptions): HoconObject {
  const include = createIncluder(options.readFile ?? readTextFile)
  const syntax = parseSyntax(text, label)
  const root = buildBranch(syntax, { scope: { source, prefix: [] }, path: [], include })
  return new Resolver({ root, env: options.env ?? {}, include }).resolve()
}
