// Owns: the process as commands see it. Data goes to `print`, talk goes to `say`.
import { styleText } from 'node:util'

export interface Terminal {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly input: NodeJS.ReadStream
  readonly talk: NodeJS.WriteStream
  /** Data, on stdout, with a line end. */
  print(text: string): void
  /** Anything for a person, on stderr, with a line end. Never a secret. */
  say(text: string): void
  /** True for a terminal; NO_COLOR is honoured. */
  isColoured(stream: 'data' | 'talk'): boolean
  /** `text` in a style when `stream` is a terminal with colours; NO_COLOR is honoured. */
  paint(style: Style, text: string, stream?: 'data' | 'talk'): string
}

export type Style = 'red' | 'yellow' | 'green' | 'bold' | 'dim'

export function processTerminal(): Terminal {
  const streams = { data: process.stdout, talk: process.stderr }
  for (const stream of Object.values(streams)) {
    // "grantd client list | head -1": the reader has gone, and that is no fault. A server runs on.
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
    })
  }
  const isColoured = (stream: 'data' | 'talk'): boolean =>
    streams[stream].isTTY === true && !process.env.NO_COLOR
  return {
    cwd: process.cwd(),
    env: process.env,
    input: process.stdin,
    talk: process.stderr,
    print: (text) => void streams.data.write(`${text}\n`),
    say: (text) => void streams.talk.write(`${text}\n`),
    isColoured,
    paint: (style, text, stream = 'talk') =>
      isColoured(stream) ? styleText(style, text, { stream: streams[stream] }) : text,
  }
}
