// Owns: questions to the person, and secrets that come by stdin. Nothing typed here is ever printed.
import { CliError, EXIT, failed, usageError } from './exit.ts'
import type { Terminal } from './terminal.ts'

const INTERRUPTED = '\u0003'
const END = '\u0004'
const BACKSPACE: readonly string[] = ['\u007F', '\b']
const MOST_STDIN_BYTES = 65_536

/** Goes on for `--yes` or a typed yes; throws otherwise. Without a terminal nobody can answer. */
export async function confirm(terminal: Terminal, question: string, yes: boolean): Promise<void> {
  if (yes) return
  if (!terminal.input.isTTY) throw nobodyThere(question)
  const answer = await readKeys(terminal, `${question} [y/N] `, true)
  if (!/^y(es)?$/i.test(answer.trim())) throw failed('nothing was changed')
}

/** Like `confirm`, for what cannot be undone: the person types the name of what will be gone. */
export async function confirmName(
  terminal: Terminal,
  question: { readonly what: string; readonly name: string; readonly yes: boolean },
): Promise<void> {
  const { what, name, yes } = question
  if (yes) return
  if (!terminal.input.isTTY) throw nobodyThere(what)
  terminal.say(what)
  const answer = await readKeys(terminal, `Type ${name} to go on: `, true)
  if (answer.trim() !== name) throw failed('that is another name; nothing was changed')
}

function nobodyThere(question: string): CliError {
  return usageError(`nobody can answer here: ${question}`, 'if you mean it, add --yes')
}

/** A new password, typed twice without an echo. */
export async function askNewPassword(
  terminal: Terminal,
  problemOf: (password: string) => string | undefined,
): Promise<string> {
  if (!terminal.input.isTTY) {
    throw usageError(
      'a password is needed and there is no terminal to ask at',
      'use --password-stdin with a pipe, or --generate',
    )
  }
  const password = await readKeys(terminal, 'Password: ', false)
  const problem = problemOf(password)
  if (problem !== undefined) throw usageError(`the password is refused: ${problem}`)
  const again = await readKeys(terminal, 'The same again: ', false)
  if (password !== again) throw usageError('the two passwords differ; nothing was changed')
  return password
}

/** A secret from a pipe, or typed at the terminal without an echo: it must not be an argument. */
export async function readSecret(terminal: Terminal, what: string, fix?: string): Promise<string> {
  const { input } = terminal
  const text = input.isTTY ? await readKeys(terminal, `${what}: `, false) : await readPipe(input)
  if (text.trim() !== '') return text
  throw usageError(`${what} is expected on stdin, and nothing came`, fix)
}

async function readPipe(input: Terminal['input']): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of input) {
    const bytes = Buffer.from(chunk)
    size += bytes.length
    if (size > MOST_STDIN_BYTES) throw usageError(`stdin is longer than ${MOST_STDIN_BYTES} bytes`)
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '')
}

/** One line from the keyboard. With `echo` off the terminal shows nothing of it. */
function readKeys(terminal: Terminal, prompt: string, echo: boolean): Promise<string> {
  const { input, talk } = terminal
  // Before the prompt: whatever answers it at once, a paste or a script, must not be echoed.
  input.setRawMode(true)
  talk.write(prompt)
  input.setEncoding('utf8')
  input.resume()
  return new Promise((resolve, reject) => {
    let typed = ''
    const finish = (end: () => void): void => {
      input.off('data', onData)
      input.setRawMode(false)
      input.pause()
      talk.write('\n')
      end()
    }
    const onData = (chunk: Buffer | string): void => {
      const keys = [...chunk.toString()]
      for (const [at, key] of keys.entries()) {
        if (key === '\r' || key === '\n' || key === END) {
          const rest = keys.slice(at + 1).join('')
          finish(() => resolve(typed))
          if (rest !== '') input.unshift(rest) // typed ahead: it belongs to the next question
          return
        }
        if (key === INTERRUPTED) {
          finish(() => reject(new CliError(EXIT.failed, 'interrupted; nothing was changed')))
          return
        }
        if (BACKSPACE.includes(key)) {
          if (echo && typed !== '') talk.write('\b \b')
          typed = [...typed].slice(0, -1).join('')
        } else {
          typed += key
          if (echo) talk.write(key)
        }
      }
    }
    input.on('data', onData)
  })
}
