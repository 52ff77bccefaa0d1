import path from 'node:path'
import { HoconError } from './error.ts'
import { parseSyntax } from './parse.ts'
import type { IncludeStatement, ObjectNode } from './syntax.ts'

/** Reads a file as text. Throws an error with `code: 'ENOENT'` when there is none. */
export type FileReader = (file: string) => string

/**
 * Where a text came from, and therefore what it may include. `folder` is the folder of the file
 * itself, `confine` the one no relative include may leave; both are absent for a bare text.
 */
export interface TextSource {
  readonly folder?: string
  readonly confine?: string
  /** The files on the way here, outermost first. */
  readonly trail: readonly string[]
}

/** A file ready to be merged, with the source its own includes start from. */
export interface IncludedFile {
  readonly root: ObjectNode
  readonly source: TextSource
}

/** Opens one include; undefined when an optional file is absent. */
export type Includer = (statement: IncludeStatement, from: TextSource) => IncludedFile | undefined

const MAX_TRAIL = 16
const MAX_FILES = 64
const MAX_CHARACTERS = 4 * 1024 * 1024

/**
 * Makes the includer of one load; its limits count over the whole load.
 *
 * A relative name is looked up beside the including file and may not leave the folder of the root
 * file. An absolute name is an explicit decision of the operator: it may be anywhere, and becomes
 * the new root for the relative includes inside it. Links are followed, because mounted volumes
 * (Kubernetes ConfigMaps) consist of them; whoever can write links there can write the file itself.
 */
export function createIncluder(readFile: FileReader): Includer {
  let files = 0
  let characters = 0
  return (statement, from) => {
    const file = locate(statement, from)
    const found = readFirst(candidates(file), statement, readFile)
    if (found === undefined) {
      if (!statement.required) return undefined
      throw new HoconError(`required file "${statement.target}" does not exist`, statement.at)
    }
    files += 1
    characters += found.text.length
    checkLimits(statement, { file: found.file, trail: from.trail, files, characters })
    const folder = path.dirname(found.file)
    const confine = path.isAbsolute(statement.target) ? folder : (from.confine ?? folder)
    const source = { folder, confine, trail: [...from.trail, found.file] }
    return { root: parseSyntax(found.text, found.file), source }
  }
}

function locate(statement: IncludeStatement, from: TextSource): string {
  const { target, at } = statement
  if (target === '' || target.includes('\0')) throw new HoconError('no file is named here', at)
  if (path.isAbsolute(target)) return path.normalize(target)
  if (from.folder === undefined || from.confine === undefined) {
    throw new HoconError('a text that is not a file can only include absolute paths', at)
  }
  const file = path.resolve(from.folder, target)
  if (!isWithin(from.confine, file)) {
    throw new HoconError(`"${target}" lies outside ${from.confine}; use an absolute path`, at)
  }
  return file
}

function isWithin(folder: string, file: string): boolean {
  const relative = path.relative(folder, file)
  return relative !== '' && relative.split(path.sep)[0] !== '..' && !path.isAbsolute(relative)
}

// The specification lets the extension be left out.
function candidates(file: string): string[] {
  return path.extname(file) === '' ? [file, `${file}.conf`, `${file}.json`] : [file]
}

function readFirst(
  files: readonly string[],
  statement: IncludeStatement,
  readFile: FileReader,
): { file: string; text: string } | undefined {
  for (const file of files) {
    try {
      return { file, text: readFile(file) }
    } catch (error) {
      if (!isMissing(error)) {
        throw new HoconError(`cannot read "${statement.target}"`, statement.at, { cause: error })
      }
    }
  }
  return undefined
}

/** True for the error of a file that does not exist. */
export function isMissing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'ENOENT' || code === 'ENOTDIR'
}

function checkLimits(
  statement: IncludeStatement,
  load: { file: string; trail: readonly string[]; files: number; characters: number },
): void {
  const refuse = (reason: string): never => {
    throw new HoconError(reason, statement.at)
  }
  if (load.trail.includes(load.file)) refuse(`"${statement.target}" includes itself`)
  if (load.trail.length >= MAX_TRAIL) refuse(`includes nest deeper than ${MAX_TRAIL} files`)
  if (load.files > MAX_FILES) refuse(`more than ${MAX_FILES} files are included`)
  if (load.characters > MAX_CHARACTERS) refuse('the included files are larger than 4 MiB together')
}
