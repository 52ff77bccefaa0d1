import { domainToASCII } from 'node:url'

const MAX_LENGTH = 254
const LOCAL = /^[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/**
 * One address, with its host in lower-case ASCII; `undefined` for everything else: lists, two `@`,
 * quotes, comments, control characters, hosts without a dot (CVE-2022-35924, CVE-2026-40574). What
 * is mailed to is always this value, never the text that was typed.
 */
export function parseEmail(text: string): string | undefined {
  const address = text.trim().normalize('NFC')
  if (address.length > MAX_LENGTH || /[\p{C}\p{Z}]/u.test(address)) return undefined
  const [local = '', host = '', ...rest] = address.split('@')
  if (rest.length > 0 || local.length > 64 || !LOCAL.test(local)) return undefined
  // Written in ASCII, a twin of another host's name shows as what it is.
  const ascii = domainToASCII(host).toLowerCase()
  const labels = ascii.split('.')
  if (labels.length < 2 || !labels.every((label) => LABEL.test(label))) return undefined
  return `${local}@${ascii}`
}
