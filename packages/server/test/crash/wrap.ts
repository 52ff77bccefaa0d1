/** Stands in for a method: `around` gets the call as a function, its `this` and its first argument. */
export function wrap<Target extends object>(
  target: Target,
  name: keyof Target,
  around: (call: () => unknown, self: unknown, first: unknown) => unknown,
): void {
  const original: unknown = target[name]
  if (typeof original !== 'function') throw new TypeError(`${String(name)} is no method`)
  Object.defineProperty(target, name, {
    configurable: true,
    writable: true,
    value(this: unknown, ...args: unknown[]): unknown {
      return around(() => Reflect.apply(original, this, args), this, args[0])
    },
  })
}
