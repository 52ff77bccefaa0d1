import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { askNewPassword, confirm, confirmName, readSecret } from '../../src/cli/ask.ts'
import { FakeTerminal } from './fake-terminal.ts'

const typing = (typed: string) => new FakeTerminal({ isTTY: true, typed })
const anything = () => undefined

describe('confirm', () => {
  for (const answer of ['y\r', 'yes\n', 'Y\r']) {
    test(`goes on after ${JSON.stringify(answer)}`, async () => {
      await assert.doesNotReject(confirm(typing(answer), 'Go on?', false))
    })
  }

  for (const answer of ['\r', 'n\r', 'yep\r', '\u0004']) {
    test(`stops with 1 after ${JSON.stringify(answer)}`, async () => {
      await assert.rejects(confirm(typing(answer), 'Go on?', false), { exit: 1 })
    })
  }

  test('Ctrl-C stops it and leaves the terminal as it was', async () => {
    const terminal = typing('\u0003')
    await assert.rejects(confirm(terminal, 'Go on?', false), /interrupted/)
    assert.deepEqual(terminal.rawModes, [true, false])
  })

  test('without a terminal it refuses with 2 and names --yes, which skips it', async () => {
    const terminal = new FakeTerminal()
    await assert.rejects(confirm(terminal, 'Go on?', false), { exit: 2, fix: /--yes/ })
    await assert.doesNotReject(confirm(terminal, 'Go on?', true))
  })

  test('what cannot be undone wants its name, exactly', async () => {
    const question = { what: 'This deletes it.', name: 'demo-spa', yes: false }
    await assert.rejects(confirmName(typing('demo\r'), question), { exit: 1 })
    await assert.doesNotReject(confirmName(typing('demo-spx\u007Fa\r'), question))
  })
})

describe('secrets', () => {
  test('a password is typed twice and never shown', async () => {
    const terminal = typing('correct horse\rcorrect horse\r')
    assert.equal(await askNewPassword(terminal, anything), 'correct horse')
    assert.doesNotMatch(terminal.stderr, /correct/)
    assert.deepEqual(terminal.rawModes, [true, false, true, false])
    assert.deepEqual(terminal.quietPrompts, [true, true])
  })

  test('two different passwords change nothing', async () => {
    await assert.rejects(askNewPassword(typing('one\rtwo\r'), anything), /differ/)
  })

  test('a refused password is told before the second time', async () => {
    const terminal = typing('short\r')
    await assert.rejects(
      askNewPassword(terminal, () => 'use more characters'),
      /use more characters/,
    )
  })

  test('a pipe loses its last line end and nothing else', async () => {
    const terminal = new FakeTerminal({ typed: ' two  words \n' })
    assert.equal(await readSecret(terminal, 'Token'), ' two  words ')
  })

  test('an endless pipe is cut off', async () => {
    const terminal = new FakeTerminal({ typed: 'x'.repeat(70_000) })
    await assert.rejects(readSecret(terminal, 'Token'), /longer than 65536 bytes/)
  })

  test('an empty pipe is a usage error', async () => {
    await assert.rejects(readSecret(new FakeTerminal(), 'Token'), { exit: 2 })
  })
})
