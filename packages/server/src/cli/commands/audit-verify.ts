import { verifyChain } from '@grantd/oauth'
import { findEncryptionKey } from '../../secrets.ts'
import { command } from '../command.ts'
import { EXIT, usageError } from '../exit.ts'
import { DATABASE_OPTIONS, TABLE_OR_JSON } from '../options.ts'
import { show } from '../output.ts'
import { withTools } from '../tools.ts'

export const auditVerify = command({
  details: `Reads the whole log and names every record that was changed, removed or moved since it was written; exit 1 when
there is one. The end of the chain that it prints is worth noting elsewhere: given with --expect it also proves that
nobody who has the key made another log.`,
  options: {
    expect: { type: 'text', value: 'SEQ:HASH', help: 'an end of the chain as it was noted before' },
    ...TABLE_OR_JSON,
    ...DATABASE_OPTIONS,
  },
  examples: ['grantd audit verify', 'grantd audit verify --expect 5120:Zk3…'],
  run: (input) => {
    const { options, terminal } = input
    const expected = options.expect === undefined ? undefined : readExpected(options.expect)
    return withTools(input, { writes: false }, async ({ services, settings }) => {
      const report = await verifyChain(services, findEncryptionKey(settings), expected)
      const { faults, records, waiting, from, head, marksChecked } = report
      show(terminal, options.output, {
        table: () =>
          [
            ...faults.map((fault) => `FAULT: ${fault}`),
            `${records} records, from ${from} to ${head.seq}; ${waiting} have not joined the chain yet`,
            `end of the chain: ${head.seq}:${head.hash}`,
            faults.length === 0 ? 'the log is whole' : 'the log is not whole',
          ].join('\n'),
        json: () => ({
          whole: faults.length === 0,
          faults,
          records,
          waiting,
          from,
          head,
          marks_checked: marksChecked,
        }),
      })
      if (!marksChecked) terminal.say('without the encryption key the marks were not checked')
      return faults.length === 0 ? EXIT.ok : EXIT.failed
    })
  },
})

function readExpected(text: string): { seq: number; hash: string } {
  const [, seq, hash = ''] = /^(\d{1,15}):([\w-]{43})$/.exec(text) ?? []
  if (seq !== undefined) return { seq: Number(seq), hash }
  throw usageError('--expect must be SEQ:HASH as "grantd audit verify" prints it')
}
