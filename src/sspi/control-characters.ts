/**
 * Whether a name has a control character, a line separator or a character that controls the direction of text: in a
 * log it could begin a new line, end a text before its end, or show another name.
 */
export function hasControlCharacters(name: string): boolean {
  return /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u.test(name);
}
