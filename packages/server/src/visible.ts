/**
 * Text from a stranger on one line of a terminal: control and invisible characters, which could move
 * the cursor, forge a line or turn the reading direction, are spelt out.
 */
export function visible(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  )
}
