const HALF = 32;

/** ECDSA-Sig-Value in DER (RFC 3279 2.2.3) of a 64-byte r || s. */
export function derFromRs(rs: Uint8Array): Uint8Array {
  const r = firstKept(rs, 0);
  const s = firstKept(rs, HALF);
  const content = 4 + integerLength(rs, r, HALF) + integerLength(rs, s, 2 * HALF);
  const der = Buffer.allocUnsafe(2 + content);
  der[0] = 0x30;
  der[1] = content;
  const next = writeInteger(der, 2, rs, r, HALF);
  writeInteger(der, next, rs, s, 2 * HALF);
  return der;
}

/** The 64-byte r || s of an ECDSA-Sig-Value in DER, as node:crypto makes it for P-256. */
export function rsFromDer(der: Uint8Array): Uint8Array {
  const rs = new Uint8Array(2 * HALF);
  const rEnd = 4 + (der[3] as number);
  copyEnds(der, 4, rEnd, rs, HALF);
  copyEnds(der, rEnd + 2, der.length, rs, 2 * HALF);
  return rs;
}

/** Copies up to 32 bytes that end at `end`, to end at `targetEnd`. */
function copyEnds(
  source: Uint8Array,
  start: number,
  end: number,
  target: Uint8Array,
  targetEnd: number,
): void {
  const length = Math.min(end - start, HALF);
  for (let i = 1; i <= length; i++) target[targetEnd - i] = source[end - i] as number;
}

/** Index of the first byte of the half at `start` that DER keeps: the last one even if it is zero. */
function firstKept(rs: Uint8Array, start: number): number {
  let index = start;
  while (rs[index] === 0 && index < start + HALF - 1) index++;
  return index;
}

/** A set top bit would make the number negative: a zero goes before it. */
function integerLength(rs: Uint8Array, start: number, end: number): number {
  return end - start + ((rs[start] as number) >>> 7);
}

function writeInteger(
  der: Uint8Array,
  offset: number,
  rs: Uint8Array,
  start: number,
  end: number,
): number {
  const length = integerLength(rs, start, end);
  der[offset] = 0x02;
  der[offset + 1] = length;
  der[offset + 2] = 0;
  const next = offset + 2 + length;
  for (let from = end - 1, to = next - 1; from >= start; from--, to--) der[to] = rs[from] as number;
  return next;
}
