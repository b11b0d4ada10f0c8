/** An encoded element as the pieces it is made of, so that nesting copies nothing. */
export type DerElement = readonly Uint8Array[];

/** INTEGER (X.690 8.3) of an unsigned big-endian number without leading zeros. */
export function derUnsigned(value: Uint8Array): DerElement {
  const isNegative = ((value[0] as number) & 0x80) !== 0;
  return derElement(0x02, isNegative ? [ZERO, value] : [value]);
}

/** An element with a definite length below 65,536 (X.690 8.1.3). */
export function derElement(tag: number, content: DerElement): DerElement {
  let length = 0;
  for (const piece of content) length += piece.length;
  return [header(tag, length), ...content];
}

const ZERO = Uint8Array.of(0);

function header(tag: number, length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(tag, length);
  if (length < 0x100) return Uint8Array.of(tag, 0x81, length);
  return Uint8Array.of(tag, 0x82, length >> 8, length & 0xff);
}
