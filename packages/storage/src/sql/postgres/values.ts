import { types } from 'pg'
import type { SqlValue } from '../params.ts'

// PostgreSQL's text holds every character but U+0000. It is written as U+0001 'b', and U+0001 itself
// as U+0001 'a', so that no two texts meet in one stored form.
export function storedText(text: string): string {
  if (!text.includes('\u0000') && !text.includes('\u0001')) return text
  return text.replaceAll('\u0001', '\u0001a').replaceAll('\u0000', '\u0001b')
}

export function textFromStored(stored: string): string {
  if (!stored.includes('\u0001')) return stored
  return stored.replaceAll('\u0001b', '\u0000').replaceAll('\u0001a', '\u0001')
}

/** A value as the driver binds it. Bytes come as base64url text. */
export function bound(value: SqlValue, isBytes: boolean): string | number | Buffer | null {
  if (typeof value !== 'string') return value
  return isBytes ? Buffer.from(value, 'base64url') : storedText(value)
}

export type ElementType = 'bytea' | 'text' | 'bigint'

/** A column of many rows as the text of one array. */
export function arrayLiteral(type: ElementType, values: readonly SqlValue[]): string {
  let text = ''
  for (const value of values) text += `${text === '' ? '{' : ','}${element(type, value)}`
  return `${text}}`
}

function element(type: ElementType, value: SqlValue): string {
  if (value === null) return 'NULL'
  if (typeof value === 'number') return String(value)
  if (type === 'bytea') return `"\\\\x${Buffer.from(value, 'base64url').toString('hex')}"`
  const stored = storedText(value)
  const isPlain = !stored.includes('"') && !stored.includes('\\')
  return isPlain ? `"${stored}"` : `"${stored.replace(/["\\]/g, '\\$&')}"`
}

const INT8 = types.builtins.INT8
const TEXT = types.builtins.TEXT
const VARCHAR = types.builtins.VARCHAR

/** How columns come back: whole numbers below 2^53 as numbers, text unescaped, the rest as usual. */
export const columnTypes = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (oid === INT8) return Number
    if (oid === TEXT || oid === VARCHAR) return textFromStored
    return types.getTypeParser(oid, format as 'text')
  }) as typeof types.getTypeParser,
}
