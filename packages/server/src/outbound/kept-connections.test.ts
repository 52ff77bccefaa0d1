import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KeptConnections } from './kept-connections.ts'

test('T125: what was found for https is not believed for plain http, which has rules of its own', async () => {
  const kept = new KeptConnections()
  const looked: string[] = []
  const ask = (text: string) =>
    kept.addressesOf(new URL(text), async () => {
      looked.push(text)
      return [{ address: '192.0.2.1', family: 4 }]
    })
  await ask('https://hooks.example/a')
  await ask('https://hooks.example/b')
  await ask('http://hooks.example/')
  await ask('https://hooks.example:8443/')
  assert.deepEqual(looked, [
    'https://hooks.example/a',
    'http://hooks.example/',
    'https://hooks.example:8443/',
  ])
})
