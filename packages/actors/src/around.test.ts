import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { describe, test } from 'node:test'
import type { HandlerCall } from './runtime.ts'
import { ActorSystem } from './system.ts'

class Echo {
  say(what: string): string {
    return `said ${what}`
  }

  async later(what: string): Promise<string> {
    await new Promise(setImmediate)
    return `said ${what}`
  }

  fail(): never {
    throw new RangeError('no')
  }

  async failLater(): Promise<never> {
    await new Promise(setImmediate)
    throw new RangeError('later')
  }
}

describe('around a handler', () => {
  test('it knows the call, and answers and refusals pass through it', async () => {
    const calls: HandlerCall[] = []
    await using system = new ActorSystem({
      isRefusal: (error) => error instanceof RangeError,
      around: (call, handle) => {
        calls.push(call)
        return handle()
      },
    })
    const echo = system.spawn('echo', { create: () => new Echo() })
    assert.equal(await echo.say('a'), 'said a')
    assert.equal(await echo.later('b'), 'said b')
    await assert.rejects(echo.fail(), { message: 'no' })
    await assert.rejects(echo.failLater(), { message: 'later' })
    assert.deepEqual(
      calls.map(({ actor, method }) => `${actor}.${method}`),
      ['echo.say', 'echo.later', 'echo.fail', 'echo.failLater'],
    )
    assert.ok(calls.every(({ wait }) => wait >= 0))
  })

  test('it runs with what is ambient for the sender, and may change it for the handler', async () => {
    const ambient = new AsyncLocalStorage<string>()
    const seen: (string | undefined)[] = []
    class Listener {
      hear(): string | undefined {
        return ambient.getStore()
      }
    }
    await using system = new ActorSystem({
      ambient,
      around: (_call, handle) => {
        seen.push(ambient.getStore())
        return ambient.run(`within ${ambient.getStore()}`, handle)
      },
    })
    const listener = system.spawn('listener', { create: () => new Listener() })
    assert.equal(await ambient.run('a', () => listener.hear()), 'within a')
    assert.equal(await listener.hear(), 'within undefined')
    assert.deepEqual(seen, ['a', undefined])
  })
})
