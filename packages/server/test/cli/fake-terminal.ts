// Owns: a terminal that a test types at and reads from; commands run in the process of the test.
import { PassThrough } from 'node:stream'
import type { Terminal } from '../../src/cli/terminal.ts'

export class FakeTerminal implements Terminal {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly input: NodeJS.ReadStream
  readonly talk: NodeJS.WriteStream
  /** Each change of the raw mode; a prompt must leave it off. */
  readonly rawModes: boolean[] = []
  /** For each prompt, whether the terminal had stopped to echo when it was shown. */
  readonly quietPrompts: boolean[] = []
  stdout = ''
  stderr = ''

  constructor(
    options: { cwd?: string; env?: Record<string, string>; isTTY?: boolean; typed?: string } = {},
  ) {
    this.cwd = options.cwd ?? process.cwd()
    this.env = options.env ?? {}
    const keys = new PassThrough()
    const setRawMode = (isRaw: boolean) => {
      this.rawModes.push(isRaw)
      return this.input
    }
    // Only what the commands use of a terminal.
    this.input = Object.assign(keys, { isTTY: options.isTTY ?? false, setRawMode }) as never
    this.talk = { isTTY: false, write: (text: string) => this.#hear(text) } as never
    if (options.typed !== undefined) keys.write(options.typed)
    if (options.isTTY !== true) keys.end()
  }

  print(text: string): void {
    this.stdout += `${text}\n`
  }

  say(text: string): void {
    this.stderr += `${text}\n`
  }

  isColoured(): boolean {
    return false
  }

  paint(_style: unknown, text: string): string {
    return text
  }

  #hear(text: string): boolean {
    if (text.endsWith(': ')) this.quietPrompts.push(this.rawModes.at(-1) === true)
    this.stderr += text
    return true
  }
}
