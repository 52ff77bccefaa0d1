import { ActorSystem } from '@grantd/actors'

class Account {
  #balance = 0

  deposit(message: { amount: number }): number {
    this.#balance += message.amount
    return this.#balance
  }
}

const system = new ActorSystem()
const account = system.spawn('account', { create: () => new Account() })

console.log('tell:', account.tell.deposit({ amount: 1 }))
console.log('ask:', await account.deposit({ amount: 41 }))
await system.stop()

// prints
// tell: true
// ask: 42
