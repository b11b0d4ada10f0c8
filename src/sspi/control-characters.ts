/**
 * Whether a name has a control character, a line separator or a character that controls the direction of text: in a
 * log it could begin a new line, end a text before its end, or show another name.
 */
export function hasControlCharacters(name: string): boolean {
  return /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u.test(name);
}

/** The greatest length of a name in an error. */
const MAX_SHOWN = 255;

/** A name of a peer for an error, in quotes; undefined if it is empty, too long, or must not be in a log. */
export function quoteName(name: string): string | undefined {
  const isShown = name !== '' && name.length <= MAX_SHOWN && !hasControlCharacters(name);
  return isShown ? JSON.stringify(name) : undefined;
}
