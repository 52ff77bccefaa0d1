import { confirmName } from '../ask.ts'
import { command } from '../command.ts'
import { EXIT, failed } from '../exit.ts'
import { DATABASE_OPTIONS, YES_OPTION } from '../options.ts'
import { withTools } from '../tools.ts'

export const eventsForget = command({
  details: `For a backend that is configured no longer: what still waits for it keeps its room in the database until it is
forgotten. A backend that a server still delivers to is refused.`,
  args: [{ name: 'backend', help: 'as "grantd events status" names it' }],
  options: { ...YES_OPTION, ...DATABASE_OPTIONS },
  examples: ['grantd events forget kafka'],
  run: (input) => {
    const { options, terminal, args } = input
    const [name = ''] = args
    return withTools(input, { writes: true }, async ({ services }) => {
      const { storage } = services
      const found = (await storage.outbox.sinks()).find((sink) => sink.name === name)
      if (found === undefined) {
        throw failed(`there is no backend "${name}"`, 'run: grantd events status')
      }
      if (found.leaseUntil > services.clock.nowMs() / 1_000) {
        throw failed(`a server delivers to ${name}`, 'take it out of OAUTH2_EVENTS_BACKEND first')
      }
      await confirmName(terminal, {
        what: `This forgets "${name}" with everything that waits for it and its dead letters.`,
        name,
        yes: options.yes,
      })
      await storage.commit([{ kind: 'outbox.removeSink', sink: name }])
      terminal.say(`${name} is forgotten`)
      return EXIT.ok
    })
  },
})
