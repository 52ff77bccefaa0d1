/** Every code a configuration problem can have, with one line for the reference. Codes never change. */
export const CONFIG_CODES = {
  E_CONFIG_FILE: 'the configuration file is missing or cannot be read',
  E_CONFIG_SYNTAX: 'the configuration file is not valid HOCON',
  E_CONFIG_UNKNOWN_KEY: 'a key of the file, or a flag, is not a setting',
  E_CONFIG_UNKNOWN_ENV: 'an OAUTH2_* environment variable is not a setting',
  E_CONFIG_NOT_AVAILABLE: 'a known setting that this version does not have yet',
  E_CONFIG_TYPE: 'a value has the wrong type',
  E_CONFIG_RANGE: 'a number is outside its range',
  E_CONFIG_VALUE: 'a value has the wrong form',
  E_CONFIG_DATABASE: 'the database URL names a backend that this version does not have',
  E_CONFIG_SECRET_FILE: 'a file named by <NAME>_FILE cannot be used',
  E_CONFIG_SECRET_FLAG: 'a secret was given on the command line',
  E_CONFIG_ALIAS: 'two names of one setting are set to different values (warning)',
  E_CONFIG_ISSUER: 'the issuer uses http on a host that is not loopback',
  E_CONFIG_ISSUER_MISSING: 'the server listens publicly and has no issuer',
  E_CONFIG_LISTENER: 'the server listens publicly and its issuer uses http',
  E_CONFIG_JWT_SECRET:
    'the JWT secret is missing, too short, a repetition or the published default',
  E_CONFIG_WEAK_KEY: 'a key is a placeholder: one digit over and over',
  E_CONFIG_MAIL: 'something needs mail and no mail server is configured',
  E_CONFIG_SOCIAL: 'a provider to sign in with lacks one of its settings',
  E_CONFIG_CACHE: 'something needs Redis and none is configured',
  E_CONFIG_RATE_LIMIT: 'rate limits are to be counted in a Redis and none is configured',
  E_CONFIG_WORKERS: 'several workers on a database that one process serves, or in development mode',
  E_CONFIG_CONTRAST: 'colours of the pages are too close to each other to be read',
  E_CONFIG_SEED_PASSWORD: 'the password of the first administrator is weak',
  E_CONFIG_TLS: 'the certificate or its key is missing, of another, unreadable or expired',
  E_CONFIG_TRUSTED_PROXIES: 'proxy headers are trusted from nobody in particular',
  E_CONFIG_CONFORMANCE: 'the conformance mode is on where others can reach the server',
  E_CONFIG_INSECURE_DEFAULTS: 'insecure defaults are allowed on a server others can reach',
  E_CONFIG_DEV_HOST: 'development mode on an address others can reach',
} as const

/** A stable name for one kind of problem. */
export type ConfigCode = keyof typeof CONFIG_CODES

/** Where a value came from. `overrides` is the next weaker source that also had one. */
export type Source = (
  | { readonly from: 'default' }
  | { readonly from: 'file'; readonly file: string; readonly line: number }
  | { readonly from: 'env'; readonly name: string; readonly file?: string }
  | { readonly from: 'dotenv'; readonly name: string; readonly file?: string }
  | { readonly from: 'flag'; readonly name: string }
) & { readonly overrides?: Source }

/** One thing wrong with the configuration, complete enough to be fixed without the source code. */
export interface ConfigProblem {
  readonly code: ConfigCode
  /** Warnings are returned with the settings; errors stop the load. */
  readonly severity: 'error' | 'warning'
  /** The HOCON key, or the name of the variable or file when there is no key. */
  readonly key: string
  readonly source: Source
  /** The value as far as it may be shown; absent when there is none or it is unknown what it is. */
  readonly value?: string
  /** Completes the sentence that starts with key and value: "is not a number". */
  readonly what: string
  readonly why: string
  readonly fix: string
}

/** What may be told about the values, also after a failed load. */
export interface Effective {
  /**
   * Value per HOCON key, secrets masked: an error that nobody catches is printed with all it holds.
   * A setting without value is absent.
   */
  readonly values: ReadonlyMap<string, unknown>
  readonly sources: ReadonlyMap<string, Source>
}

/** The configuration cannot be used. Holds every problem at once, warnings included. */
export class ConfigError extends Error implements Effective {
  readonly problems: readonly ConfigProblem[]
  readonly values: ReadonlyMap<string, unknown>
  readonly sources: ReadonlyMap<string, Source>

  constructor(problems: readonly ConfigProblem[], effective: Effective) {
    const codes = problems.filter((problem) => problem.severity === 'error')
    super(
      `the configuration has ${codes.length} problem(s): ${codes.map((p) => p.code).join(', ')}`,
    )
    this.name = 'ConfigError'
    this.problems = problems
    this.values = effective.values
    this.sources = effective.sources
  }
}

/** The source in words: `env OAUTH2_PUBLIC_URL (overrides application.conf:4)`. */
export function describeSource(source: Source): string {
  const overridden = source.overrides ? ` (overrides ${describeSource(source.overrides)})` : ''
  switch (source.from) {
    case 'default':
      return 'default'
    case 'file':
      return `${source.file}${source.line > 0 ? `:${source.line}` : ''}${overridden}`
    case 'env':
      return `env ${source.name}${source.file ? ` -> ${source.file}` : ''}${overridden}`
    case 'dotenv':
      return `.env ${source.name}${source.file ? ` -> ${source.file}` : ''}${overridden}`
    case 'flag':
      return `flag ${source.name}${overridden}`
  }
}
