import { command } from '../command.ts'
import { EXIT } from '../exit.ts'
import { DATABASE_OPTIONS } from '../options.ts'
import { wholeNumber } from '../parse.ts'
import { withTools } from '../tools.ts'
import { auditJson } from './audit-tail.ts'

const PAGE = 1_000

export const auditExport = command({
  details: `One JSON object a line, in the order of the chain, with each record's place and hash. Records of the last second
may not have a place yet; the next export has them. Continue a former export with --after and its last place.`,
  options: {
    after: { type: 'text', value: 'SEQ', help: 'only records behind this place of the chain' },
    ...DATABASE_OPTIONS,
  },
  examples: [
    'grantd audit export > audit.ndjson',
    'grantd audit export --after 5120 >> audit.ndjson',
  ],
  run: (input) => {
    const { options, terminal } = input
    const { after: given } = options
    const start = given === undefined ? 0 : wholeNumber(given, 'after', 0, Number.MAX_SAFE_INTEGER)
    return withTools(input, { writes: false }, async ({ services }) => {
      const { audit } = services.storage
      let last = start
      for (;;) {
        const page = await audit.listChained(last, PAGE)
        for (const { record, seq, hash } of page) {
          terminal.print(JSON.stringify({ seq, hash, ...auditJson(record) }))
          last = seq
        }
        if (page.length < PAGE) break
      }
      const { base } = await audit.chain()
      if (start < base.seq) terminal.say(`records up to ${base.seq} were removed by retention`)
      return EXIT.ok
    })
  },
})
