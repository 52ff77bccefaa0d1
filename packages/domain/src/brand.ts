declare const brand: unique symbol

/** A string or number that cannot be swapped for another by mistake. Born only in its own constructor. */
export type Brand<Value, Name extends string> = Value & { readonly [brand]: Name }

/** For the `default` of an exhaustive switch: a new member of the union fails the type check there. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${String(value)}`)
}
