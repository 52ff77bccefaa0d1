/** What a row is read through: columns by name out of a list of values. */
export type RowView = new (values: readonly unknown[]) => object

/**
 * A class whose instances give the columns `names` of one row by name. SQLite's binding makes an object
 * by adding one name after the other, which takes longer than a point read; a list it makes at once.
 */
export function rowView(names: readonly string[]): RowView {
  return class Row {
    readonly #values: readonly unknown[]

    constructor(values: readonly unknown[]) {
      this.#values = values
    }

    static {
      names.forEach((name, at) => {
        Object.defineProperty(Row.prototype, name, {
          get(this: Row) {
            return this.#values[at]
          },
        })
      })
    }
  }
}
