/** One sentence for each plural form that the language has; `#` stands for the number. */
export type PluralForms = Partial<Readonly<Record<Intl.LDMLPluralRule, string>>> & {
  readonly other: string
}

/** How a language writes dates, times, spans and numbers of things. */
export interface Words {
  date(at: Date): string
  time(at: Date): string
  /** Whole seconds below a minute, else minutes, rounded up. */
  duration(seconds: number): string
  count(number: number, forms: PluralForms): string
}

/**
 * The formatters of Intl are slow to make and quick to use, and few processes write in every language:
 * each is made when it is first needed.
 */
export function wordsOf(locale: string): Words {
  const dates = lazy(() => new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }))
  const clock = { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' } as const
  const times = lazy(() => new Intl.DateTimeFormat(locale, clock))
  const rules = lazy(() => new Intl.PluralRules(locale))
  const numbers = lazy(() => new Intl.NumberFormat(locale))
  const span = (unit: 'second' | 'minute') =>
    lazy(() => new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }))
  const seconds = span('second')
  const minutes = span('minute')
  return {
    date: (at) => dates().format(at),
    time: (at) => `${times().format(at)} UTC`,
    duration: (length) =>
      length < 60 ? seconds().format(length) : minutes().format(Math.ceil(length / 60)),
    count: (number, forms) =>
      (forms[rules().select(number)] ?? forms.other).replace('#', numbers().format(number)),
  }
}

function lazy<Value extends object>(make: () => Value): () => Value {
  let made: Value | undefined
  return () => {
    made ??= make()
    return made
  }
}
