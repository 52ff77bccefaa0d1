import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { describe, test } from 'node:test'
import { ActorSystem } from './system.ts'

describe('what is ambient where a message is sent', () => {
  const ambient = new AsyncLocalStorage<string>()

  class Echo {
    async say(before: string): Promise<string> {
      await new Promise(setImmediate)
      return `${before} ${ambient.getStore()}`
    }
  }

  class Listener {
    readonly #heard: (string | undefined)[] = []

    hear(): void {
      this.#heard.push(ambient.getStore())
    }

    all(): readonly (string | undefined)[] {
      return this.#heard
    }
  }

  test('each handler finds its own, also after it waited and when a turn serves many', async () => {
    await using system = new ActorSystem({ ambient })
    const pool = system.pool('echo', { shards: 1, lanes: 8, create: () => new Echo() })
    const ask = (name: string) => ambient.run(name, () => pool.for(name).say('in'))
    const outside = pool.for('nobody').say('in')
    assert.deepEqual(await Promise.all([ask('a'), ask('b'), outside, ask('c')]), [
      'in a',
      'in b',
      'in undefined',
      'in c',
    ])
  })

  test('a tell carries it too', async () => {
    await using system = new ActorSystem({ ambient })
    const echo = system.spawn('echo', { create: () => new Listener() })
    ambient.run('a', () => echo.tell.hear())
    echo.tell.hear()
    assert.deepEqual(await echo.all(), ['a', undefined])
  })
})
