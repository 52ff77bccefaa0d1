import { nowSeconds, systemClock } from '@grantd/domain'
import { command } from '../command.ts'
import { EXIT } from '../exit.ts'
import { DATABASE_OPTIONS, TABLE_OR_JSON } from '../options.ts'
import { fields, moment, relative, show, table } from '../output.ts'
import { withTools } from '../tools.ts'

export const eventsStatus = command({
  details: `How far each durable backend has come through the stored events. "Oldest" is the number to watch: more than 30
seconds means that a backend is away.`,
  options: { ...TABLE_OR_JSON, ...DATABASE_OPTIONS },
  examples: ['grantd events status', 'grantd events status --output json'],
  run: (input) => {
    const { options, terminal } = input
    return withTools(input, { writes: false }, async ({ services }) => {
      const { outbox } = services.storage
      const now = nowSeconds(systemClock)
      const [end, sinks, parked] = [
        await outbox.end(),
        await outbox.sinks(),
        await outbox.countParked(),
      ]
      const rows = await Promise.all(
        sinks.map(async ({ name, cursor, leaseUntil }) => {
          const [oldest] = cursor < end ? await outbox.read(cursor, 1) : []
          return {
            name,
            cursor,
            waiting: Math.max(0, end - cursor),
            oldestSeconds: oldest === undefined ? 0 : now - oldest.createdAt,
            served: leaseUntil > now,
          }
        }),
      )
      show(terminal, options.output, {
        table: () =>
          [
            table(
              ['BACKEND', 'DELIVERED UP TO', 'WAITING', 'OLDEST', 'A SERVER DELIVERS'],
              rows.map(({ name, cursor, waiting, oldestSeconds, served }) => [
                name,
                String(cursor),
                String(waiting),
                waiting === 0 ? '-' : relative(-oldestSeconds),
                served ? 'yes' : 'no',
              ]),
            ),
            fields([
              ['last event', String(end)],
              ['set aside', String(parked.waiting)],
              ['dead letters', String(parked.dead)],
              ['now', moment(now)],
            ]),
          ].join('\n'),
        json: () => ({
          last_event: end,
          set_aside: parked.waiting,
          dead_letters: parked.dead,
          backends: rows.map(({ oldestSeconds, ...row }) => ({
            ...row,
            oldest_seconds: oldestSeconds,
          })),
        }),
      })
      if (parked.dead > 0) terminal.say('look at them with: grantd events dead-letters list')
      return EXIT.ok
    })
  },
})
