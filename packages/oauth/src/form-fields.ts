import type { TObject } from 'typebox'
import { Type } from './schema.ts'

/** Fields that are text, as a form or a query has them; `name?` may be left out. */
export function formFields(...names: readonly string[]): TObject {
  return Type.Object(
    Object.fromEntries(
      names.map((name) =>
        name.endsWith('?')
          ? [name.slice(0, -1), Type.Optional(Type.String())]
          : [name, Type.String()],
      ),
    ),
  )
}
