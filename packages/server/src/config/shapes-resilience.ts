import type { Refusal, Shaped } from './shapes.ts'

/** A bound for the paths that begin alike. */
export interface BulkheadSetting {
  readonly name: string
  readonly pathPrefix: string
  readonly maxConcurrent: number
}

const FORM = /^([a-z][a-z0-9_-]{0,39})=(\/[\w./~-]{0,200}?)(?::(\d{1,6}))?$/i
const MAX_CONCURRENT = 200

/** Checks of the section `resilience`; listed in shapes.ts. */
export const RESILIENCE_SHAPES = {
  bulkhead: (text) => {
    const bulkhead = read(text)
    if (bulkhead === undefined) {
      return refuse('is not a bulkhead', 'write name=/path:number, such as login=/auth/:50')
    }
    const { name, pathPrefix, maxConcurrent } = bulkhead
    if (maxConcurrent < 1) return refuse('lets nothing through', 'set its number to 1 or more')
    return { value: `${name}=${pathPrefix}:${maxConcurrent}` }
  },
} satisfies Record<string, (text: string) => Shaped>

/** Reads what the shape has let through. */
export function bulkheadOf(text: string): BulkheadSetting {
  const bulkhead = read(text)
  if (bulkhead === undefined) throw new RangeError(`${text} is not a bulkhead`)
  return bulkhead
}

function read(text: string): BulkheadSetting | undefined {
  const [, name, pathPrefix, number] = FORM.exec(text) ?? []
  if (name === undefined || pathPrefix === undefined) return undefined
  return { name, pathPrefix, maxConcurrent: Number(number ?? MAX_CONCURRENT) }
}

function refuse(what: string, fix: string): { readonly refusal: Refusal } {
  const why = 'it bounds how many requests to the paths that begin so are at work at once'
  return { refusal: { code: 'E_CONFIG_VALUE', what, why, fix } }
}
