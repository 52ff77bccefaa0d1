// Owns: whether an answer is one that the OpenAPI document tells of: status, media type, body, headers.

import { Compile, type Validator } from 'typebox/schema'
import { ONE_SEGMENT } from '../../src/http/paths.ts'
import type { JsonObject } from '../../src/openapi/named-parts.ts'

export interface AnswerToJudge {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[] | number | undefined>>
  readonly body: string
}

export interface Media {
  readonly schema: JsonObject
}

export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required?: boolean
  readonly schema: JsonObject
}

export interface Response {
  readonly content?: Readonly<Record<string, Media>>
  readonly headers?: JsonObject
}

export interface Operation {
  readonly operationId: string
  readonly security: readonly JsonObject[]
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> }
  readonly responses: Readonly<Record<string, Response | { readonly $ref: string }>>
}

/** As far as it is read here. */
export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: {
    readonly schemas: JsonObject
    readonly responses: Readonly<Record<string, Response>>
  }
}

/** Refusals below the endpoints, which are no part of an operation: another server, too many headers. */
const OF_ANY_REQUEST: ReadonlySet<number> = new Set([421, 431])
/** What may come before anybody has looked for the path or the method. */
const BEFORE_THAT: ReadonlySet<number> = new Set([400, 403, 429, 503])

export class Documented {
  readonly document: OpenApi
  readonly #validators = new Map<JsonObject, Validator>()
  /** By the path with its open segment as in the list of endpoints. */
  readonly #paths: ReadonlyMap<string, Readonly<Record<string, Operation>>>

  constructor(document: OpenApi) {
    this.document = document
    this.#paths = new Map(
      Object.entries(document.paths).map(([path, methods]) => [
        path.replace(/\{\w+\}$/, '*'),
        methods,
      ]),
    )
  }

  /** What is wrong with the answer by the document; undefined when nothing is. */
  problemOf(method: string, target: string, answer: AnswerToJudge): string | undefined {
    if (OF_ANY_REQUEST.has(answer.status) || method === 'OPTIONS') return undefined
    const path = target.replace(/[?#].*$/s, '')
    const methods = this.#paths.get(path) ?? this.#paths.get(path.replace(ONE_SEGMENT, '/*'))
    const isElsewhere = methods === undefined || path.endsWith('*')
    if (isElsewhere) return problemBeside(path, answer.status)
    const operation = methods[method === 'HEAD' ? 'get' : method.toLowerCase()]
    if (operation === undefined) {
      const isRefused = answer.status === 405 || BEFORE_THAT.has(answer.status)
      return isRefused ? undefined : 'another method was answered'
    }
    const response = this.responseOf(operation, answer.status)
    if (response === undefined) return `${operation.operationId}: this status is not documented`
    const problem =
      this.#problemOfBody(method, response, answer) ?? problemOfHeaders(response, answer)
    return problem === undefined ? undefined : `${operation.operationId}: ${problem}`
  }

  responseOf({ responses }: Operation, status: number): Response | undefined {
    const found = responses[String(status)]
    if (found === undefined || !('$ref' in found)) return found
    return this.document.components.responses[found.$ref.split('/').at(-1) ?? '']
  }

  #problemOfBody(
    method: string,
    { content }: Response,
    { status, headers, body }: AnswerToJudge,
  ): string | undefined {
    if (method === 'HEAD' || status === 304) return undefined
    if (content === undefined) return body === '' ? undefined : 'no body is documented'
    const type = String(headers['content-type'] ?? '').replace(/;.*$/s, '')
    const media = content[type]
    if (media === undefined) return `the media type ${type} is not documented`
    if (type !== 'application/json') return undefined
    const validator = this.#validatorOf(media.schema)
    const json: unknown = JSON.parse(body)
    if (validator.Check(json)) return undefined
    return `the body is not as documented: ${JSON.stringify(validator.Errors(json)[1])}`
  }

  #validatorOf(schema: JsonObject): Validator {
    const known = this.#validators.get(schema)
    if (known !== undefined) return known
    // References are looked up from the root of what is compiled.
    const made = Compile({ ...schema, components: this.document.components })
    this.#validators.set(schema, made)
    return made
  }
}

/** Files of pages are in no document; beside them there is nothing but refusals. */
function problemBeside(path: string, status: number): string | undefined {
  const isFile = path.startsWith('/static/') && (status === 200 || status === 304)
  return isFile || status >= 400 ? undefined : 'a path that is not documented was answered'
}

/** Those that a client needs to go on must be there. */
function problemOfHeaders({ headers = {} }: Response, answer: AnswerToJudge): string | undefined {
  const needed = {
    Location: true,
    'WWW-Authenticate': answer.status === 401,
    'Retry-After': answer.status === 429,
  }
  const missing = Object.entries(needed).find(
    ([name, isNeeded]) =>
      isNeeded && name in headers && answer.headers[name.toLowerCase()] === undefined,
  )
  return missing && `the header ${missing[0]} is missing`
}
