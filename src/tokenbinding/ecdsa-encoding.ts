const HALF = 32;

/** Converts a P-256 signature of 64 bytes, r || s, to an ECDSA-Sig-Value in DER (RFC 3279 2.2.3). */
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

/** Converts an ECDSA-Sig-Value in DER, which node:crypto made for P-256, to the 64 bytes r || s. */
export function rsFromDer(der: Uint8Array): Uint8Array {
  const rs = new Uint8Array(2 * HALF);
  const rEnd = 4 + (der[3] as number);
  copyEnds(der, 4, rEnd, rs, HALF);
  copyEnds(der, rEnd + 2, der.length, rs, 2 * HALF);
  return rs;
}

/** Copies `source` from `start` to `end`, at most the last 32 bytes, so that the copy ends at `targetEnd`. */
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

/** The index of the first byte of r or s that is not zero, or of its last byte: DER omits the leading zeros. */
function firstKept(rs: Uint8Array, start: number): number {
  let index = start;
  while (rs[index] === 0 && index < start + HALF - 1) index++;
  return index;
}

/** The length of an INTEGER's content: one more if its top bit is set, which would make it negative. */
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
