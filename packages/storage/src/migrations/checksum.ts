import { crc32 } from 'node:zlib'

/**
 * The checksum that Flyway records: CRC-32 over the bytes of each line without its terminator and
 * without a byte order mark, as a signed 32-bit number. Line ends may thus differ between checkouts.
 */
export function flywayChecksum(sql: string): number {
  const lines = sql.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)
  return lines.reduce((sum, line) => crc32(line, sum), 0) | 0
}
