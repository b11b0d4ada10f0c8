/** UTF-8 has no lone surrogates: they become another character. */
export function isWellFormed(text: string): boolean {
  return Buffer.from(text).toString() === text;
}
