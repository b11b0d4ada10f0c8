/** Without the spaces and tabs around a value (RFC 9110 5.6.3). The time is linear, which a pattern's is not. */
export function trimSpaces(text: string): string {
  let [start, end] = [0, text.length];
  while (isSpace(text[start])) start++;
  while (end > start && isSpace(text[end - 1])) end--;
  return text.slice(start, end);
}

function isSpace(character: string | undefined): boolean {
  return character === ' ' || character === '\t';
}
